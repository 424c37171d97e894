"""Commands are declared, found, divided and permitted in one place."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.commands import COMMANDS
from twistedchat.commands.registry import FAMILIES, Command, Registry
from twistedchat.core.errors import BadArguments, ChatError, NoSuchCommand


async def nothing(context, *arguments):
    """Does nothing."""


def make(name, *aliases, arguments="", **more):
    return Command(
        name, aliases, arguments, "talk", "Help.", False, more.get("operator", False), nothing
    )


@pytest.fixture
def registry():
    registry = Registry()
    for command in (make("part", "leave"), make("passwd"), make("list", "l"), make("wall")):
        registry.add(command)
    return registry


@pytest.mark.parametrize(
    ("written", "found"),
    [("part", "part"), ("PART", "part"), ("leave", "part"), ("lea", "part"), ("par", "part"),
     ("l", "list"), ("li", "list"), ("w", "wall")],
)  # fmt: skip
def test_names_aliases_and_beginnings(registry, written, found):
    """A whole alias wins over longer names that begin so."""
    assert registry.find(written).name == found
    assert registry.look_up(f"/{written} x").name == found


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("pa", "/pa could be /part or /passwd. Write a little more of it."),
        ("prat", "There is no command /prat. Did you mean /part? /help lists them."),
        ("zzz", "There is no command /zzz. /help lists them."),
        ("", "There is no command /. /help lists them."),
        ("x" * 500, "There is no command /" + "x" * 19 + "\u2026. /help lists them."),
    ],
)
def test_what_is_not_there(registry, written, says):
    """The sentence says what to do; looking it up says nothing."""
    with pytest.raises(NoSuchCommand) as told:
        registry.find(written)
    assert str(told.value) == says
    assert registry.look_up(f"/{written}") is None


def test_a_name_is_taken_once(registry):
    """Two commands of one name are a mistake of ours."""
    with pytest.raises(ValueError, match="taken by /part"):
        registry.add(make("leave"))


@pytest.mark.parametrize(
    ("arguments", "text", "given"),
    [
        ("", "", []), ("NICK", "ada", ["ada"]), ("[NICK]", "", [""]),
        ("NICK TEXT...", "ada  hi  all ", ["ada", "hi  all "]), ("TEXT...", "a b", ["a b"]),
        ("NICK [REASON...]", "ada", ["ada", ""]), ("[A] [B...]", "", ["", ""]),
        ("WHO [DURATION] [REASON...]", "a 10m b c", ["a", "10m", "b c"]),
    ],
)  # fmt: skip
def test_arguments_are_divided(arguments, text, given):
    """One text for each, the rest of the line for dots, "" for what was left out."""
    assert make("x", arguments=arguments).split(text) == given


@pytest.mark.parametrize(
    ("arguments", "text"), [("", "x"), ("NICK", ""), ("NICK", "a b"), ("NICK TEXT...", "ada")]
)
def test_too_few_or_too_many(arguments, text):
    """The answer is how to write it, and repeats nothing of what was typed."""
    command = make("x", arguments=arguments)
    with pytest.raises(BadArguments) as told:
        command.split(text)
    assert str(told.value) == f"Write it like this: {command.usage}"


def test_usage_has_no_dots():
    """It is for people."""
    assert make("msg", arguments="NICK TEXT...").usage == "/msg NICK TEXT"
    assert make("quit").usage == "/quit"


@pytest.mark.parametrize(
    ("line", "text"),
    [("/part", ""), ("/part  ops  ", "ops"), ("/part\tops", "ops"), ("/part\u00a0ops", "ops"),
     ("/part a\nb", "a\nb")],
)  # fmt: skip
def test_a_line_is_divided(registry, line, text):
    """White space of any kind ends the name."""
    command, rest = registry.parse(line)
    assert (command.name, rest) == ("part", text)


@given(st.text())
def test_any_line(text):
    """Gives a command or a refusal that fits on a line."""
    for line in (text, f"/{text}", f"/oper {text}"):
        COMMANDS.look_up(line)
        told = ""
        try:
            COMMANDS.parse(line)
        except ChatError as error:
            told = str(error)
        assert len(told) < 500


def test_looking_up_costs_little():
    """It is done for every line that comes in, and suggests nothing."""
    started = time.perf_counter()
    for _ in range(1000):
        COMMANDS.look_up("/" + "nonsense" * 8)
    assert time.perf_counter() - started < 0.5


def test_operators_commands(ada, bob):
    """Others neither see nor use them."""
    assert "wall" not in [one.name for one in COMMANDS.allowed(ada.session)]
    assert ada.type("/wall hi") == ["not-allowed: /wall is for server operators."]
    ada.type("/oper ada secret")
    assert "wall" in [one.name for one in COMMANDS.allowed(ada.session)]
    assert ada.type("/wall hi") == []


def test_the_issues_commands_are_there():
    """Every family of the table, in its order."""
    names = {one.name for one in COMMANDS}
    assert names >= {
        "me", "msg", "reply", "say", "join", "part", "rooms", "who", "topic", "invite", "nick",
        "whois", "away", "back", "ignore", "unignore", "seen", "history", "set", "clear", "help",
        "motd", "version", "uptime", "quit", "op", "deop", "kick", "ban", "unban", "bans", "mute",
        "unmute",
    }  # fmt: skip
    families = list(dict.fromkeys(one.family for one in COMMANDS))
    assert families == [family for family in FAMILIES if family in families]
    for alias in ("m", "r", "j", "leave", "list", "names"):
        assert COMMANDS.find(alias)

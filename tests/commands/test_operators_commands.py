"""/op, /deop, /kick, /ban, /unban, /bans, /mute, /unmute."""

import pytest

from twistedchat.commands.operators import TARGET_CHARS, as_target
from twistedchat.core.errors import BadArguments

LATER = " (and guests who come later from the same place)"


def test_op_and_deop(ada, bob):
    """Only operators make operators."""
    assert bob.type("/op bob")[0].startswith("not-allowed: Only operators of #lobby can do that.")
    assert ada.type("/op bob") == []
    assert bob.type("/deop ada") == []
    assert ada.type("/op ada")[0].startswith("not-allowed: ")
    assert ada.hears()[-2:] == ["Opped", "Deopped"]


def test_kick(ada, bob):
    """With a reason, cleaned."""
    assert ada.type("/kick bob \x1b[2Jnoise here") == []
    assert bob.hears()[-1] == "Kicked"
    assert ada.chat.state.rooms["lobby"].members.keys() == {ada.session.user.id}
    assert ada.type("/kick bob")[0].startswith("no-such-nick: ")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "/ban bob 10m noise here",
            f"bob{LATER} is banned for another 10 minutes, by ada: noise here",
        ),
        ("/ban bob noise here", f"bob{LATER} is banned for good, by ada: noise here"),
        ("/ban bob 10m", f"bob{LATER} is banned for another 10 minutes, by ada."),
        ("/ban bob*", "bob* is banned for good, by ada."),
    ],
)
def test_ban(ada, bob, line, says):
    """A time and a reason may follow."""
    assert ada.type(line) == []
    assert ada.type("/bans") == [says]
    assert bob.type("/join lobby")[0].startswith("banned: ")
    assert ada.type("/unban " + line.split()[1]) == []
    assert bob.type("/join lobby") == ["You are now talking in #lobby."]


def test_mute(ada, bob):
    """Listed with the bans; over when its time is."""
    assert ada.type("/mute bob 1m noise") == []
    assert ada.type("/bans lobby") == [f"bob{LATER} is muted for another 1 minute, by ada: noise"]
    ada.chat.clock.advance(61)
    assert ada.type("/bans") == ["Nobody is banned from #lobby or muted in it."]
    assert ada.type("/mute bob") == []
    assert ada.type("/unmute bob") == []
    assert bob.type("/say hi") == []


@pytest.mark.parametrize("who", ["bob", "bob*", "*!*@abc", "a[b]", "b\u00f6b"])
def test_who_can_be_written(who):
    """A nick, a mask, a cloak."""
    assert as_target(who) == who


@pytest.mark.parametrize(
    "who", ["", " bob", "a b", "a\nb", "\x1b[2J", "a\u2028b", "\u202eb", "x" * (TARGET_CHARS + 1)]
)
def test_who_cannot_be_written(who):
    """It is shown to everybody in the room, so it is no line of its own."""
    with pytest.raises(BadArguments, match="no nick"):
        as_target(who)


@pytest.mark.parametrize("command", ["/ban", "/unban", "/unmute"])
def test_commands_check_it(ada, bob, command):
    """All that would tell it on."""
    assert ada.type(f"{command} \x1b[2Jbob")[0].startswith("bad-arguments: ")
    assert bob.hears() == []

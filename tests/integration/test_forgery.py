"""Nothing that somebody types can look like a line of the server's or of somebody else."""

import unicodedata

import pytest

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"


# What ends a line, or looks as if it did, to one program or another.
ENDS = (
    "\r", "\r\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\0\r",
)  # fmt: skip
STEERING = (
    "\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x9b31m", "\x07\x07", "\x08\x08\x08\x08\x7f",
    "\u202e\u2066\u200f", "\x1b[1A\x1b[2K*** forged", "\ufeff\u200b\u2060", "a" + "\u0301" * 500,
    "\N{TAG LATIN SMALL LETTER A}" * 20, "\x1bP$q\x1b\\", "\x0e\x0f",
)  # fmt: skip
LOOK_LIKE_ADA = (
    "\u0430da", "ad\u0430", "\uff41\uff44\uff41", "ADA", "ad\u200ba", "Ada", "ada\u202e",
)  # fmt: skip
NO_NICKS = (
    "***", "<ada>", "server message", "#ops", "a" * 33, "\x1b[31mx y", "1st", "\u202e",
)  # fmt: skip


@pytest.fixture
def witness(start):
    """What a person sees with nc, and a way to let them have seen everything."""

    def come(server):
        nc = start("nc", HOST, server.port)
        nc.say("witness")
        nc.hear("Hello witness.")
        return nc

    return come


def test_no_character_begins_a_second_line(serve, visit, witness):
    """CR, NEL, LS and the like do not make the server speak."""
    server = serve("--limit=burst=100")
    nc, mallory = witness(server), visit(server, "mallory")
    nc.hear("mallory joined")
    for end in ENDS:
        mallory.say(f"hi{end}*** The server is going down.")
    mallory.say("over")
    lines = nc.hear("<mallory> over").splitlines()
    assert not [line for line in lines if line.startswith("*** The server")]
    assert len([line for line in lines if "going down" in line]) == len(ENDS)


@pytest.mark.parametrize("say", ["{}", "/me waves {}", "/topic {} x", "/away {} x"])
def test_nothing_that_steers_a_terminal_comes_through(serve, visit, witness, say):
    """ESC, BEL, C1 and bidirectional controls are gone; a sane number of accents is left."""
    server = serve("--limit=burst=100")
    nc, mallory = witness(server), visit(server, "mallory")
    mallory.say(*(say.format(f"[{text}]") for text in STEERING), "over")
    shown = nc.hear("<mallory> over")
    assert not {unicodedata.category(c) for c in shown.replace("\n", "")} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068") & set(shown)
    assert shown.count("\u0301") < 50


def login(start, server, *lines):
    """All that somebody reads who comes, says this and leaves."""
    nc = start("nc", "-N", HOST, server.port)
    nc.say(*lines)
    nc.process.stdin.close()
    nc.ends()
    assert nc.output.endswith("*** Goodbye.\n")
    return nc.output


def test_nobody_gets_a_nick_that_looks_taken(serve, visit, start):
    """Whoever asks for one is somebody else, visibly, or is asked for another."""
    server = serve()
    visit(server, "ada")
    for nick in LOOK_LIKE_ADA:
        read = login(start, server, nick)
        assert "Hello ada." not in read
        assert f"Hello {nick}." not in read


def test_no_nick_can_pass_for_something_else(serve, start):
    """One line says what a nick must be; what waited behind is named, not taken for an answer."""
    server = serve()
    for nick in NO_NICKS:
        read = login(start, server, nick, "a secret for my friends")
        assert "Hello" not in read
        assert 'Not delivered, for want of a nickname: "a secret for my friends".' in read


def test_look_alike_nicks_crowd_nobody_out(serve, visit):
    """A hundred people want the same nick; each gets one, and nobody's is taken away."""
    server = serve()
    first = visit(server, "ada")
    nicks = set()
    for _ in range(100):
        peer = visit(server)
        peer.say("ada")
        peer.hear("*** ada is taken, so you are ")
        nicks.add(peer.hear("."))
    assert len(nicks) == 100
    first.say("/whois ada")
    first.hear("ada")
    assert "Traceback" not in server.output

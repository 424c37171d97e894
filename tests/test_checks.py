"""Each check keeps what is allowed and says what is when it is not."""

import pytest

from twistedchat import checks


@pytest.mark.parametrize(
    "given",
    [
        "tcp:5000",
        "tcp:0",
        "tcp:port=5000",
        "tcp:interface=127.0.0.1:port=5000",
        "tcp6:5000",
        "ssl:6697:privateKey=a.pem",
        "unix:/run/chat.sock",
        "systemd:domain=INET:index=0",
        "haproxy:tcp:5000",
    ],
)
def test_endpoints_as_people_write_them(given):
    """What Twisted takes passes."""
    assert checks.endpoints(given) == (given,)


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ("5000", "write tcp:5000"),
        ("", "like tcp:5000"),
        ("tcp", "like tcp:5000"),
        (":5000", "like tcp:5000"),
        ("tcp:", "a port number"),
        ("tcp:abc", "a port number"),
        ("tcp:65536", "from 0 to 65535"),
        ("tcp:-1", "from 0 to 65535"),
        ("ssl:\u00b2", "from 0 to 65535"),
    ],
)
def test_endpoints_that_can_be_seen_to_be_wrong(given, advice):
    """The person reads how to write it."""
    with pytest.raises(ValueError, match=advice):
        checks.endpoints([given])


def test_none_opens_nothing():
    """The default port can be closed from the command line, and by an empty list in the file."""
    assert checks.endpoints(["none"]) == ()
    assert checks.endpoints([]) == ()


def test_text_with_a_nul():
    """No path or name has one; the system's calls would fail on it later."""
    with pytest.raises(ValueError, match="without NUL"):
        checks.text("a\0b")


def test_endpoints_of_another_kind():
    """A number is no list of endpoints, and no endpoint in one."""
    with pytest.raises(ValueError, match="an endpoint or a list"):
        checks.endpoints(5000)
    with pytest.raises(ValueError, match="a text in quotes"):
        checks.endpoints([5000])


@pytest.mark.parametrize("given", ["lobby", "#lobby"])
def test_a_room_with_and_without_its_sign(given):
    """Rooms are written #name; the sign may be left out."""
    assert checks.room(given) == "lobby"


@pytest.mark.parametrize("given", ["", "#", "a b", "a,b", "##a", "a\nb"])
def test_no_room_can_be_called_so(given):
    """A name that could not be typed after /join is refused."""
    with pytest.raises(ValueError, match="like lobby"):
        checks.room(given)


@pytest.mark.parametrize("given", ["", "UTC", "Europe/Berlin"])
def test_time_zones_that_exist(given):
    """IANA names, or none for the machine's own."""
    assert checks.zone(given) == given


@pytest.mark.parametrize("given", ["Mars/Phobos", "../../etc/passwd", "/etc/passwd"])
def test_time_zones_that_do_not(given):
    """Nor does a path get through."""
    with pytest.raises(ValueError, match="Europe/Berlin"):
        checks.zone(given)


@pytest.mark.parametrize("given", ["", "a b", "a\x1b[31m", "x" * 64])
def test_no_server_can_be_called_so(given):
    """A name is shown to everybody, and is one word for IRC."""
    with pytest.raises(ValueError, match="1 to 63"):
        checks.word(given)


def test_nearest_lists_everything_when_nothing_is_near():
    """The person can choose without looking anything up."""
    assert checks.nearest("qqq", ["port", "name"]) == "there are port, name."
    assert checks.nearest("prot", ["port", "name"]) == "did you mean port?"


def test_rooms_as_people_write_them():
    """One or a list, with or without #, each once."""
    assert checks.rooms("#ops") == ("ops",)
    assert checks.rooms(["ops", "#Caf\u00e9", "ops"]) == ("ops", "Caf\u00e9")
    assert checks.rooms([]) == ()


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        (5, "a list of them"),
        (["a b"], "the name of a room"),
        ([""], "the name of a room"),
        (["a+b"], "room name cannot contain"),
        (["x" * 101], "too long"),
    ],
)
def test_what_is_no_list_of_rooms(given, advice):
    """The core's own sentence says why."""
    with pytest.raises(ValueError, match=advice):
        checks.rooms(given)

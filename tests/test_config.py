"""Settings come from flags and TOML, and what is wrong with one is said in one line."""

import re
import tomllib
from pathlib import Path

import pytest

from twistedchat.config import (
    LIMITS,
    SETTINGS,
    Config,
    ConfigError,
    Limits,
    needs_restart,
    sample,
)
from twistedchat.config_loading import load

ROOT = Path(__file__).parent.parent
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"


@pytest.fixture
def toml(tmp_path):
    def write(text):
        path = tmp_path / "chat.toml"
        path.write_text(text, "utf-8")
        return str(path)

    return write


def refusal(flags):
    with pytest.raises(ConfigError) as caught:
        load(flags)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_limits_have_the_promised_defaults():
    """The bounds of a public server hold without any setting."""
    assert Limits() == Limits(
        line=32768,
        message=2000,
        outbox=262144,
        nick=32,
        nick_bytes=64,
        room=64,
        room_bytes=100,
        rooms=50,
        per_address=50,
        connections=0,
        pending=1000,
        login_seconds=60,
        idle_seconds=0,
        rate=5,
        burst=20,
        hold_seconds=30,
        history=500,
        members=0,
        resume_seconds=60,
        adrift=1000,
        bans=200,
    )


def test_without_anything_given():
    """One command starts a server on port 5000 with its state beside it."""
    config = load({}, Path("/srv"))
    assert config.port == ("tcp:5000",)
    assert config.data == "/srv/twistedchat-data"
    assert config.name
    assert config.limits == Limits()


def test_the_sample_is_the_one_in_conf():
    """The sample file is never behind the settings."""
    assert (ROOT / "conf/twistedchat.toml").read_text("utf-8") == sample()


def test_the_sample_names_every_setting():
    """Whoever takes the comment signs away gets a file that can be read, with every setting."""
    table = tomllib.loads(re.sub(r"(?m)^#(?! )", "", sample()))
    assert table.pop("limits").keys() == LIMITS.keys()
    assert table.pop("operators").keys() == {"ada"}
    assert table.keys() == SETTINGS.keys()


def test_the_sample_changes_nothing(toml):
    """As it stands, with all its comments, the sample is the defaults."""
    assert load({"config": toml(sample())}, Path("/srv")) == load({}, Path("/srv"))


def test_the_sample_with_its_comments_taken_away_is_accepted(toml):
    """What the sample shows as examples is allowed."""
    text = re.sub(r"(?m)^#(?! )", "", sample())
    config = load({"config": toml(text)})
    assert config.tls == ("tcp:5001",)
    assert config.limits == Limits()


def test_rooms_that_are_always_there(toml):
    """The lobby and those that are named, if there is one; flags may be repeated."""
    config = load({"config": toml('start-rooms = ["#News"]\nlobby = "hall"'), "rooms": ["ops"]})
    assert (config.start_rooms, config.rooms) == (("News",), ("ops",))
    assert config.permanent_rooms == ("hall", "News", "ops")


def test_flags_win_over_the_file(toml):
    """Given both ways, the flag counts, and a list is replaced as a whole."""
    file = toml('port = ["tcp:1", "tcp:2"]\nname = "a"\nlobby = "b"\n[limits]\nrate = 1\nburst = 2')
    config = load({"config": file, "port": ["tcp:3"], "name": "c", "limit": ["rate=9"]})
    assert config.port == ("tcp:3",)
    assert (config.name, config.lobby) == ("c", "b")
    assert (config.limits.rate, config.limits.burst) == (9, 2)


def test_the_last_of_two_flags_for_one_limit_counts():
    """A limit can be given again at the end of a long line."""
    assert load({"limit": ["rate=1", "rate=2"]}).limits.rate == 2


def test_relative_paths_are_taken_from_the_start(toml):
    """twistd may change the directory; a path given before still means the same."""
    file = toml('motd = "motd.txt"\ncert = "/etc/c.pem"\nkey = "k.pem"')
    config = load({"config": file, "data": "state"}, Path("/srv"))
    assert config.motd == "/srv/motd.txt"
    assert (config.cert, config.key) == ("/etc/c.pem", "/srv/k.pem")
    assert config.data == "/srv/state"


def test_memory_is_not_a_path():
    """--data memory stays what it is."""
    assert load({"data": "memory"}, Path("/srv")).data == "memory"


def test_operators_come_from_the_file(toml):
    """A server operator is a nick with a password hash."""
    config = load({"config": toml(f'[operators]\nada = "{HASH}"')})
    assert dict(config.operators) == {"ada": HASH}


def test_a_password_by_mistake_is_not_shown(toml):
    """An operator's password that somebody wrote down unhashed does not reach the terminal."""
    text = refusal({"config": toml('[operators]\nada = "hunter2"')})
    assert "ada" in text
    assert "twistedchat-admin" in text
    assert "hunter2" not in text


@pytest.mark.parametrize("flag", ["name", "lobby", "timezone", "greeting-ms", "keepalive-seconds"])
def test_a_refused_flag_is_named(flag):
    """The line says which flag and which value."""
    assert refusal({flag: "a b"}).startswith(f"--{flag} 'a b': it must be ")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("port = 5000", "port = 5000"),
        ('port = "nonsense"', "port = 'nonsense'"),
        ("greeting-ms = true", "greeting-ms = True"),
        ("name = 5", "name = 5"),
        ("operators = 1", "operators: it must be a table"),
        ("limits = 1", "limits = 1: it must be a table"),
        ("[limits]\nrate = -1", "limits.rate = -1"),
        ("[limits]\nrate = 1.5", "limits.rate = 1.5"),
        ("[limits]\nrate = true", "limits.rate = True"),
    ],
)
def test_a_refused_value_in_the_file_is_named(toml, line, names):
    """The line says which file, key and value."""
    text = refusal({"config": toml(line)})
    assert "chat.toml" in text
    assert names in text


def test_an_unknown_key_suggests_the_nearest(toml):
    """A typing error in a key is answered with the key that was meant."""
    assert "no setting 'prot': did you mean port?" in refusal({"config": toml("prot = []")})
    assert "no limit 'brust': did you mean burst?" in refusal(
        {"config": toml("[limits]\nbrust = 1")}
    )


def test_an_unknown_limit_lists_those_that_are():
    """Where nothing is near, all are named."""
    text = refusal({"limit": ["zzz=1"]})
    assert "no limit 'zzz'" in text
    assert "per-address" in text


def test_a_limit_without_a_value_says_how_to_write_it():
    """--limit needs NAME=VALUE."""
    assert refusal({"limit": ["rate"]}) == "--limit 'rate': write NAME=VALUE, like rate=5."


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("line", 512),
        ("message", 1),
        ("outbox", 16384),
        ("nick", 1),
        ("nick-bytes", 4),
        ("room", 1),
        ("room-bytes", 4),
        ("burst", 1),
        ("gate", 65536),
    ],
)
def test_sizes_have_a_least_value(name, least):
    """A size cannot be so small that nobody could use the server."""
    assert f"{least} or more" in refusal({"limit": [f"{name}={least - 1}"]})
    config = load({"limit": [f"{name}={least}"]})
    assert getattr(config.limits, name.replace("-", "_")) == least


@pytest.mark.parametrize("name", sorted(LIMITS.keys() - {
    "line", "message", "outbox", "nick", "nick-bytes", "room", "room-bytes", "burst", "gate",
}))  # fmt: skip
def test_counts_and_times_can_be_none(name):
    """0 takes a count or time away."""
    config = load({"limit": [f"{name}=0"]})
    assert getattr(config.limits, name.replace("-", "_")) == 0


def test_a_file_that_is_not_there(tmp_path):
    """The line says what could not be read and why."""
    text = refusal({"config": str(tmp_path / "none.toml")})
    assert "none.toml' cannot be read: No such file" in text


def test_a_broken_file_is_named_with_the_line(toml):
    """tomllib knows the place, so the person is told."""
    assert "line 2" in refusal({"config": toml('name = "a"\nport = = 3')})


def test_bytes_that_are_not_text(tmp_path):
    """A file of another kind is refused like a broken one."""
    path = tmp_path / "chat.toml"
    path.write_bytes(b"\xff\xfe")
    assert "is not TOML" in refusal({"config": str(path)})


@pytest.mark.parametrize(("given", "lacking"), [("cert", "key"), ("key", "cert")])
def test_certificate_and_key_come_together(given, lacking):
    """One without the other is a mistake."""
    assert f"without {lacking}" in refusal({given: "a.pem"})


def test_a_change_that_waits_for_a_restart_is_named():
    """What cannot be changed while people are connected is told apart from what can."""
    old = Config(data="memory", name="a")
    new = Config(data="memory", name="b", port=("tcp:1",), cert="x", key="y", limits=Limits(rate=1))
    assert needs_restart(old, new) == ("port", "cert", "key")
    assert needs_restart(old, old) == ()


def test_every_setting_says_what_it_does():
    """Help and sample come from the field; none is without."""
    assert all(one.about.help for one in [*SETTINGS.values(), *LIMITS.values()])
    assert {"port", "telnet", "tls", "cert", "key", "data", "motd", "name"} <= SETTINGS.keys()

"""JSON lines: requests and replies as docs/wire-protocol.md says."""

import json

import pytest

from twistedchat.testing import START


@pytest.fixture
def ada(house):
    """A program in the lobby."""
    return house.program("ada")


@pytest.fixture
def bob(house, ada):
    """A person in the same lobby, after ada."""
    bob = house.person("bob")
    ada.read()
    return bob


def one(objects):
    [only] = objects
    return only


def test_say_with_an_id(ada, bob):
    """The event comes before its ok, which carries the same id and time."""
    said, ok = ada.ask(type="say", id=1, room="#lobby", text="hi all")
    assert said["type"] == "said"
    assert (said["room"], said["nick"], said["text"]) == ("#lobby", "ada", "hi all")
    assert ok == {"type": "ok", "id": 1, "msgid": said["msgid"], "time": said["time"]}
    assert bob.lines() == ["<ada> hi all"]


def test_say_without_an_id_gets_no_ok(ada):
    """It is answered only when it fails."""
    assert one(ada.ask(type="say", room="lobby", text="hi"))["type"] == "said"
    error = one(ada.ask(type="say", room="#nowhere", text="hi"))
    assert (error["type"], error["code"]) == ("error", "not-in-room")
    assert "id" not in error


def test_emote(ada, bob):
    """Likewise."""
    emoted, ok = ada.ask(type="emote", id="x", room="lobby", text="waves")
    assert (emoted["type"], ok["id"]) == ("emoted", "x")
    assert bob.lines() == ["* ada waves"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "bad-syntax"),
        (b'{"type":"\xff"}', "bad-syntax"),
        ("[1]", "bad-syntax"),
        ("hello", "bad-syntax"),
        ('{"type":"ping","id":NaN}', "bad-syntax"),
        ('{"id":' + "9" * 5000 + "}", "bad-syntax"),
        ('{"a":' + "[" * 20000 + "]" * 5000 + "}", "bad-syntax"),
        ('{"type":"nonsense"}', "unknown-request"),
        ("{}", "bad-arguments"),
        ('{"type":[]}', "bad-arguments"),
        ('{"type":"ping","id":1.5}', "bad-arguments"),
        ('{"type":"ping","id":true}', "bad-arguments"),
        ('{"type":"ping","id":"\\ud800"}', "bad-arguments"),
        ('{"type":"ping","id":"' + "x" * 65 + '"}', "bad-arguments"),
        ('{"type":"say","text":"x"}', "bad-arguments"),
        ('{"type":"say","room":"lobby","text":5}', "bad-arguments"),
        ('{"type":"say","room":"lobby","text":" "}', "empty"),
        ('{"type":"say","room":"lobby","text":"' + "x" * 2001 + '"}', "too-long"),
        ('{"type":"hello","nick":"eve"}', "refused"),
        ("{" + "x" * 40000 + "}", "too-long"),
    ],
)
def test_what_is_wrong_is_named(ada, line, code):
    """Each with its code, and the connection stays."""
    ada.send((line.encode() if isinstance(line, str) else line) + b"\n")
    error = one(ada.objects())
    assert (error["type"], error["code"]) == ("error", code)
    assert error["text"].endswith(".")
    assert ada.ask(type="ping", id=2) == [{"type": "pong", "id": 2}]


def test_replies_carry_the_id_of_what_failed(ada):
    """An integer, a text, and 0 are ids."""
    for id_ in (0, -5, 2**53 - 1, "", "x" * 64):
        assert one(ada.ask(type="nonsense", id=id_))["id"] == id_


def test_quit_is_answered(ada, bob):
    """Then comes the last line, then the end; nobody lingers."""
    ok, closing = ada.ask(type="quit", id=1, reason="so\nlong")
    assert ok == {"type": "ok", "id": 1}
    assert (closing["type"], closing["code"]) == ("closing", "bye")
    assert ada.pipe.closed
    assert bob.lines()[0] == "*** ada has gone: so long"


def test_quit_with_a_long_reason(ada, bob):
    """Is cut."""
    ada.ask(type="quit", reason="x" * 1000)
    assert len(bob.lines()[0]) < 330


def test_quit_with_a_bad_reason_does_not_quit(ada):
    """One reply, which is an error, and no way around the rate."""
    assert one(ada.ask(type="quit", id=1, reason=5))["code"] == "bad-arguments"
    assert not ada.pipe.closed


def test_quit_before_hello(house):
    """Is a goodbye as well."""
    peer = house.peer()
    ok, closing = peer.ask(type="quit", id=1)
    assert (ok["type"], closing["type"]) == ("ok", "closing")


def test_requests_before_hello(house):
    """Are told so; ping is answered."""
    peer = house.peer()
    assert one(peer.ask(type="say", id=1, room="x", text="y"))["code"] == "not-logged-in"
    assert one(peer.ask(type="command", id=1, text="/help"))["code"] == "not-logged-in"
    assert one(peer.ask(type="ping", id=1))["type"] == "pong"
    assert peer.ask(type="pong") == []


def test_a_ping_does_not_wait_for_the_rate(house, ada):
    """Its pong comes before what was asked earlier; quit hurries the rest."""
    says = "".join(
        json.dumps({"type": "say", "room": "lobby", "text": "x"}) + "\n" for _ in "x" * 30
    )
    ada.send(says + '{"type":"ping","id":7}\n')
    heard = ada.objects()
    assert {"type": "pong", "id": 7} in heard
    assert sum(1 for o in heard if o["type"] == "said") == 20
    assert [o["code"] for o in heard if o["type"] == "notice"] == ["slow-down"]
    heard = ada.ask(type="quit", id=8)
    assert sum(1 for o in heard if o["type"] == "said") == 10
    assert [o["type"] for o in heard[-2:]] == ["ok", "closing"]


def test_a_ping_takes_nothing_from_those_who_want_more(house, ada):
    """It is answered at once, though others have used up what this turn can do."""
    house.entrance.turnstile.has_time = lambda: False
    assert ada.ask(type="ping", id=1) == [{"type": "pong", "id": 1}]
    assert ada.ask(type="pong", id=2) == []
    assert not house.entrance.turnstile._waiting


def test_refused_requests_are_answered_one_by_one(ada):
    """Those without an id are counted in one error."""
    lines = [json.dumps({"type": "say", "id": n, "room": "lobby", "text": "x"}) for n in range(180)]
    lines += ['{"type":"say","room":"lobby","text":"x"}'] * 3 + ["nonsense" * 5] * 700
    lines += ['{"type":"nonsense","id":[]}']
    ada.send("\n".join(lines) + "\n")
    refused = [o for o in ada.objects() if o.get("code") == "too-fast"]
    named = [o["id"] for o in refused if "id" in o]
    assert named == list(range(170, 180))
    counted = one([o for o in refused if "id" not in o])
    assert counted["lines"] > 3


def test_a_fault_is_answered_as_failed(ada, monkeypatch, logged):
    """With the id, and the reason in the log."""
    chat = ada.house.chat
    monkeypatch.setattr(chat, "say", lambda *_: 1 / 0)
    monkeypatch.setattr(chat, "join", lambda *_: 1 / 0)
    assert one(ada.ask(type="say", id=1, room="lobby", text="x"))["code"] == "failed"
    assert one(ada.ask(type="join", id=2, room="ops"))["code"] == "failed"
    assert len([event for event in logged if "log_failure" in event]) == 2
    logged.clear()


def test_a_broken_connection_leaves_the_user_waiting(house, ada, bob):
    """Nobody is told until the time is over; a half-close is no quit either."""
    ada.half_close()
    assert one(ada.objects())["code"] == "bye"
    assert bob.read() == ""
    house.turn(61)
    assert bob.lines()[0] == "*** ada has gone: Connection closed"


def test_without_grace_it_is_gone_at_once(house):
    """For scripts."""
    bob = house.person("bob")
    script = house.program("ada", grace=False)
    bob.read()
    script.vanish()
    assert bob.lines()[0] == "*** ada has gone: Connection closed"


def test_an_early_end_is_told_in_json(house, ada):
    """The last line says why."""
    ada.door.close("killed", "You were removed.")
    house.turn()
    assert ada.objects() == [{"type": "closing", "code": "killed", "text": "You were removed."}]


def test_time_is_written_as_rfc_3339(house, ada):
    """In UTC with milliseconds."""
    said = one(ada.ask(type="say", room="lobby", text="x"))
    assert START == 1_800_000_000
    assert said["time"] == "2027-01-15T08:00:00.000Z"

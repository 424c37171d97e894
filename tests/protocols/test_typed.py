"""Slash commands that a program sends as somebody typed them."""

import json

import pytest

from twistedchat.testing_accounts import open_accounts


@pytest.fixture
def ada(house):
    """A program in the lobby."""
    return house.program("ada", rooms=["lobby", "ops"])


def run(ada, text, **more):
    """What comes for a command."""
    return ada.ask(type="command", id=7, text=text, **more)


def test_answers_are_notices_with_the_id(ada):
    """Then ok with the room that is current."""
    *notices, ok = run(ada, "/who")
    assert {(one["type"], one["id"], one["code"]) for one in notices} == {("notice", 7, "members")}
    assert ok == {"type": "ok", "id": 7, "room": "#lobby"}


def test_a_room_becomes_current(ada):
    """For this command and those without one that follow."""
    said, ok = run(ada, "hi", room="ops")
    assert (said["type"], said["room"], ok["room"]) == ("said", "#ops", "#ops")
    changed, ok = run(ada, "/topic ship it")
    assert (changed["type"], changed["room"]) == ("topic_changed", "#ops")
    *_, ok = run(ada, "/part")
    assert ok["room"] == "#lobby"
    *_, ok = run(ada, "/part")
    assert ok["room"] is None


@pytest.mark.parametrize(
    ("text", "said"), [("//x", "/x"), ("  indented", "  indented"), ("a\nb", "a b")]
)
def test_a_line_is_said_as_typed(ada, text, said):
    """As the line door would."""
    assert run(ada, text)[0]["text"] == said


@pytest.mark.parametrize("text", ["login ada secret", " /login ada secret", ".register secret"])
def test_a_mistyped_password_is_not_said(house, ada, text):
    """As at the line door; a program has the request say for what it means."""
    bob = house.person("bob")
    bob.read()
    *_, error = run(ada, text)
    assert (error["type"], error["code"]) == ("error", "refused")
    assert "was not said" in error["text"]
    assert "secret" not in error["text"]
    assert bob.lines() == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"), ("/nonsense", "no-such-command"), ("/msg", "bad-arguments"),
        ("/set bell off", "not-allowed"), ("/set", "not-allowed"), ("/clear", "not-allowed"),
        ("/telnet", "not-allowed"), ("/oper ada wrong", "bad-login"), ("/me", "bad-arguments"),
        ("/wall hi", "not-allowed"), (5, "bad-arguments"), ("x" * 2001, "too-long"),
        ("/oper ada \ud800", "bad-login"),
    ],
)  # fmt: skip
def test_refusals_are_errors(ada, text, code):
    """One reply, which is the error, and no password in it."""
    [error] = run(ada, text)
    assert (error["type"], error["id"], error["code"]) == ("error", 7, code)
    assert "wrong" not in error["text"]


@pytest.mark.parametrize("text", ["hi", "/me waves", "/say hi"])
def test_what_the_muted_say_is_an_error_too(house, text):
    """Not an ok with a notice before it."""
    bob = house.person("bob")
    ada = house.program("ada")
    bob.send("/mute ada\n")
    ada.read()
    [error] = run(ada, text)
    assert error["code"] == "muted"


def test_a_room_one_is_not_in(ada):
    """Nothing is said elsewhere."""
    [error] = run(ada, "hi", room="nowhere")
    assert error["code"] == "not-in-room"


def test_history_comes_as_text(ada, house):
    """Without what ignored people said."""
    bob = house.person("bob")
    run(ada, "hi")
    bob.send("psst\n")
    ada.read()
    texts = [one["text"] for one in run(ada, "/history")[:-1]]
    assert texts[1].endswith("<ada> hi")
    assert texts[2].endswith("<bob> psst")
    run(ada, "/ignore bob")
    assert "psst" not in str(run(ada, "/history"))


def test_times_are_those_of_the_zone_that_is_named(ada, house):
    """Else those of the server's; shown, and understood."""
    run(ada, "hi")
    ada.read()
    told = run(ada, "/history since 17:00", zone="Asia/Tokyo")
    assert told[1]["text"] == "17:00 <ada> hi"
    [error] = run(ada, "/history", zone="Nowhere")
    assert error["code"] == "bad-arguments"


def test_lines_that_are_shown_as_they_are(ada, house):
    """Each is the text of a notice; there is a request that gives them as objects."""
    open_accounts(house.chat, plain_passwords="allow")
    run(ada, "/register correct horse")
    *notices, ok = run(ada, "/export")
    assert ok["type"] == "ok"
    shown = [json.loads(one["text"]) for one in notices if one["code"] == "line"]
    assert [one["type"] for one in shown] == ["account", "proof"]


def test_quit(ada):
    """One ok, then the end."""
    ok, closing = run(ada, "/quit so long")
    assert (ok["type"], ok["id"], closing["type"]) == ("ok", 7, "closing")
    assert ada.pipe.closed


def test_becoming_an_operator(ada, house):
    """The proof is the entrance's."""
    house.operators["ada"] = "secret"
    notice, ok = run(ada, "/oper ada secret")
    assert (notice["code"], ok["type"]) == ("operator", "ok")
    assert house.proofs == [("ada", "secret")]


def test_nothing_is_answered_after_the_connection_is_gone(ada, house):
    """The proof may take longer than the person has patience."""
    from twisted.internet.defer import Deferred

    proof = house.operators["ada"] = Deferred()
    assert run(ada, "/oper ada secret") == []
    ada.door.close("bye", "Bye.")
    house.turn()
    ada.read()
    proof.callback(True)
    house.turn()
    assert ada.objects() == []

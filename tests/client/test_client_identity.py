from collections.abc import Callable
from typing import Any

import pytest

from twistedchat.client.items import Remark, Settled, Tone


def remarks(script: Any) -> list[str]:
    return [item.text for item in script.fresh() if isinstance(item, Remark)]


def test_a_guest_claims_nothing(script: Any) -> None:
    """Hello is as ever."""
    script.connect()
    assert not {"account", "password"} & script.sent[0].keys()


def test_hello_logs_in_by_what_the_program_was_started_with(
    make_script: Callable[..., Any],
) -> None:
    """And again at the next connection; the profile never shows the password."""
    script = make_script(account="ada", password="correct horse")
    assert "horse" not in repr(script.talk.profile)
    script.connect()
    script.break_off()
    script.connect()
    hellos = [one for one in script.sent if one["type"] == "hello"]
    assert [(one["account"], one["password"]) for one in hellos] == [("ada", "correct horse")] * 2


@pytest.mark.parametrize("code", ["bad-login", "try-later", "not-allowed"])
def test_a_refused_log_in_makes_a_guest_of_a_person(
    make_script: Callable[..., Any], code: str
) -> None:
    """Who is told how to try again."""
    script = make_script(account="ada", password="wrong")
    script.talk.connected()
    hello = script.pump()[-1]
    error = {"type": "error", "id": hello["id"], "code": code, "text": "No."}
    [again] = script.give(error)
    assert again["type"] == "hello"
    assert "password" not in again
    assert remarks(script) == ["No. You come in as a guest; /login tries again."]


def test_a_refused_log_in_ends_a_script(make_script: Callable[..., Any]) -> None:
    """Nothing is said under another name."""
    script = make_script(account="ada", password="wrong", insists=True)
    script.talk.connected()
    hello = script.pump()[-1]
    script.give({"type": "error", "id": hello["id"], "code": "bad-login", "text": "No."})
    assert script.talk.ending is not None
    assert script.talk.ending.code == "bad-login"


def test_log_in_takes_over_nick_token_and_rooms(script: Any, state: Any) -> None:
    """The session is another user's, in its rooms; the next connection logs in again."""
    script.connect()
    script.fresh()
    script.talk.identity.log_in("grace", "correct horse")
    [request] = script.pump()
    assert (request["type"], request["account"]) == ("login", "grace")
    reply = {
        "type": "ok", "id": request["id"], "nick": "Grace", "account": "grace", "token": "new",
        "rooms": [state("#ops"), state("#lobby")],
    }  # fmt: skip
    script.give(reply)
    assert script.talk.nick == "Grace"
    assert script.talk.token == "new"
    assert sorted(room.name for room in script.talk.rooms) == ["lobby", "ops"]
    [told] = remarks(script)
    assert told.startswith("You are logged in as grace, in #lobby with ")
    script.break_off()
    script.talk.connected()
    assert script.pump()[-1]["account"] == "grace"


def test_rooms_that_the_owner_is_not_in_are_left(script: Any, state: Any) -> None:
    """As after a log-out of one device."""
    script.connect(rooms=[state("#lobby"), state("#den")])
    script.talk.identity.log_out()
    [request] = script.pump()
    script.give(
        {"type": "ok", "id": request["id"], "nick": "ada2", "account": None, "token": "t",
         "rooms": [state("#lobby")]}
    )  # fmt: skip
    assert [room.name for room in script.talk.rooms] == ["lobby"]
    assert remarks(script)[-1] == "You are logged out, and a guest called ada2."
    assert script.talk.identity.claims == {}


def test_register_and_another_password(script: Any) -> None:
    """What proves it is kept for the next connection."""
    script.connect()
    identity = script.talk.identity
    identity.register("correct horse")
    [request] = script.pump()
    script.give({"type": "ok", "id": request["id"], "account": "ada"})
    assert identity.claims == {"account": "ada", "password": "correct horse"}
    identity.change_password("correct horse", "battery staple")
    [request] = script.pump()
    assert (request["old"], request["new"]) == ("correct horse", "battery staple")
    script.give({"type": "ok", "id": request["id"]})
    assert identity.claims == {"account": "ada", "password": "battery staple"}


def test_a_refusal_is_shown_and_changes_nothing(script: Any) -> None:
    """In the server's words."""
    script.connect()
    script.fresh()
    script.talk.identity.log_in("ada", "wrong")
    [request] = script.pump()
    script.give({"type": "error", "id": request["id"], "code": "bad-login", "text": "No."})
    [item] = [one for one in script.fresh() if not isinstance(one, Settled)]
    assert item == Remark("No.", Tone.ERROR)
    assert script.talk.identity.claims == {}


def test_without_a_connection_nothing_is_kept_for_later(script: Any) -> None:
    """A password does not wait in a queue."""
    script.talk.identity.log_in("ada", "secret")
    assert script.pump() == []
    assert remarks(script) == ["There is no connection just now."]


def test_the_welcome_says_whose_the_wanted_name_is(script: Any) -> None:
    """And what to do about it."""
    script.connect(nick="ada2", wanted="ada", owned=True, secure=False)
    assert "ada belongs to an account, so you are ada2. /login if it is yours." in remarks(script)
    assert script.talk.identity.wanted == "ada"
    assert not script.talk.identity.secure


def test_an_erased_account_is_not_logged_in_to_again(script: Any) -> None:
    """The session goes on as a guest's, under the name that the server says."""
    script.connect(account="ada")
    identity = script.talk.identity
    identity.log_in("ada", "correct horse")
    [request] = script.pump()
    script.give({"type": "ok", "id": request["id"], "nick": "ada", "account": "ada", "rooms": []})
    identity.erase("correct horse")
    [request] = script.pump()
    script.fresh()
    script.give({"type": "ok", "id": request["id"], "nick": "guest7", "account": None})
    assert (identity.known, identity.claims, script.talk.nick) == (False, {}, "guest7")
    assert "You are a guest called guest7 now." in remarks(script)[0]


def test_a_line_is_suspected_from_when_a_password_is_sent_until_it_is_taken(script: Any) -> None:
    """It may be typed ahead, or once more after a refusal."""
    script.connect()
    identity = script.talk.identity
    identity.log_in("ada", "wrong")
    assert identity.wary.suspects("anything")
    [request] = script.pump()
    script.give({"type": "error", "id": request["id"], "code": "bad-login", "text": "No."})
    assert identity.wary.suspects("anything")
    identity.log_in("ada", "correct horse")
    [request] = script.pump()
    script.give({"type": "ok", "id": request["id"], "nick": "ada", "account": "ada", "rooms": []})
    assert not identity.wary.suspects("correct horse")
    assert identity.last == "ada"


def test_a_password_that_hello_was_refused_with_is_suspected(
    make_script: Callable[..., Any],
) -> None:
    """And its name offered for the next try."""
    script = make_script(account="ada", password="wrong")
    script.talk.connected()
    hello = script.pump()[-1]
    script.give({"type": "error", "id": hello["id"], "code": "bad-login", "text": "No."})
    assert script.talk.identity.wary.suspects("wrong")
    assert script.talk.identity.last == "ada"

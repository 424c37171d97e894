"""Programs take messages back, export what is stored about them, and have it erased."""

import json

import pytest

from twistedchat.core.records import ExportPage
from twistedchat.testing_accounts import open_accounts

GOOD = "correct horse"
UNKNOWN = "01AAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def store(house):
    return open_accounts(house.chat)


@pytest.fixture
def ada(house, store):
    """A program that has registered."""
    ada = house.program("ada")
    ada.ask(type="register", id=1, password=GOOD)
    return ada


@pytest.fixture
def bob(house, ada):
    bob = house.program("bob")
    house.turn()
    ada.objects()
    bob.objects()
    return bob


def says(peer, text="hi"):
    return peer.ask(type="say", id=1, room="lobby", text=text)[-1]["msgid"]


def test_delete(ada, bob):
    """All in the room hear the event; the reply says what was not there."""
    id_ = says(bob)
    ada.objects()
    event, reply = bob.ask(type="delete", id=2, room="#lobby", msgids=[UNKNOWN, id_])
    assert reply == {"type": "ok", "id": 2, "msgids": [id_], "unknown": [UNKNOWN]}
    assert (event["type"], event["room"], event["msgids"], event["by"]) == (
        "deleted", "#lobby", [id_], "bob",
    )  # fmt: skip
    assert "of" not in event
    assert ada.objects() == [event]
    assert bob.ask(type="history", id=3, room="lobby")[-1]["events"] == []


def test_delete_by_an_operator(ada, bob):
    """The event names who said it; nobody else may."""
    mine, theirs = says(ada), says(bob)
    [refusal] = [one for one in bob.ask(type="delete", id=2, room="lobby", msgids=[mine, theirs])
                 if one["type"] == "error"]  # fmt: skip
    assert refusal["code"] == "not-allowed"
    told = ada.ask(type="delete", id=2, room="lobby", msgids=[theirs])
    assert told[-2]["of"] == ["bob"]


def test_delete_private_messages(ada, bob):
    """Both ends hear of it; there is no room."""
    id_ = ada.ask(type="whisper", id=1, nick="bob", text="psst")[-1]["msgid"]
    bob.objects()
    event, reply = ada.ask(type="delete", id=2, nick="Bob", msgids=[id_])
    assert reply["msgids"] == [id_]
    assert (event["room"], event["to"], event["by"]) == (None, "bob", "ada")
    assert bob.objects() == [event]


@pytest.mark.parametrize(
    "ids", [None, [], "x", ["x"], [1], [UNKNOWN] * 101], ids=lambda one: str(one)[:20]
)
def test_delete_wants_ids(ada, ids):
    """What is no list of msgids is told."""
    [reply] = ada.ask(type="delete", id=2, room="lobby", msgids=ids)
    assert (reply["type"], reply["code"]) == ("error", "bad-arguments")
    assert "msgids" in reply["text"]


def test_forget(house, ada):
    """The session is a guest's afterwards; a wrong password changes nothing."""
    assert ada.ask(type="forget", id=2, password="wrong")[-1]["code"] == "bad-login"
    assert ada.ask(type="forget", id=3)[-1]["code"] == "bad-arguments"
    assert ada.ask(type="forget", id=4, password=GOOD)[-1] == {
        "type": "ok", "id": 4, "nick": "ada", "account": None,
    }  # fmt: skip
    assert house.chat.state.owned.account_of("ada") == ""


def test_export(ada):
    """In one object or several, then the reply."""
    export, reply = ada.ask(type="export", id=2)
    assert (export["type"], export["id"], export["last"]) == ("export", 2, True)
    assert [one["type"] for one in export["entries"]] == ["account", "proof"]
    assert reply == {"type": "ok", "id": 2}


def test_export_without_an_id(ada):
    """What was asked for comes all the same."""
    [export] = ada.ask(type="export")
    assert "id" not in export


def test_a_guest_has_nothing_to_export(house, store):
    """It is refused, and nothing else is sent."""
    guest = house.program("guest")
    [reply] = guest.ask(type="export", id=2)
    assert (reply["type"], reply["code"]) == ("error", "not-allowed")


@pytest.fixture
def pages(house, ada):
    """More than fits into one object."""
    big = [{"type": "message", "msgid": str(number), "text": "x" * 1500} for number in range(150)]
    found = {
        "": ExportPage(tuple(big[:100]), "2"), "2": ExportPage((), "3"),
        "3": ExportPage(tuple(big[100:]), "4"), "4": ExportPage((), None),
    }  # fmt: skip

    async def export(_, cursor):
        return found[cursor]

    house.chat.accounts.rows.export = export
    return big


def test_long_exports_come_in_pieces(house, ada, pages):
    """As the reader takes them; each is small, the last one alone is marked, nothing is lost."""
    ada.send(json.dumps({"type": "export", "id": 2}) + "\n")
    told = []
    for _ in range(100):
        house.turn(0.1)
        told += ada.objects()
    *exports, reply = told
    assert reply == {"type": "ok", "id": 2}
    assert [entry for one in exports for entry in one["entries"]] == pages
    assert [one["last"] for one in exports] == [False] * (len(exports) - 1) + [True]
    assert len(exports) > 3
    assert all(len(json.dumps(one)) < 70_000 for one in exports)


def test_an_export_ends_with_the_server(house, ada, pages):
    """Nobody takes a part for the whole."""
    house.chat.stopping = True
    *_, reply = ada.ask(type="export", id=2)
    assert reply["code"] == "shutting-down"

"""/export, /forget."""

import json

import pytest

from twistedchat.core.records import DropProof, ExportPage, ProofKind
from twistedchat.testing_accounts import open_accounts, proofs

GOOD = "correct horse"
ERASED = ["Your account is erased. You go on as a guest called ada; /register begins anew."]


@pytest.fixture
def store(chat):
    return open_accounts(chat, plain_passwords="allow")


@pytest.fixture
def owner(store, ada):
    ada.type(f"/register {GOOD}")
    return ada


def test_export(owner):
    """JSON lines between two of the server's, without the password's hash."""
    assert owner.type("/export") == [
        "What is stored about you follows, one JSON object in each line that begins with {.",
        "End of 2 entries. /forget erases all of it but what others have said to you.",
    ]
    entries = [json.loads(line) for line in owner.front.shown]
    assert [entry["type"] for entry in entries] == ["account", "proof"]
    assert "argon2" not in "".join(owner.front.shown)


class Pages:
    """A store with more than one page."""

    def __init__(self):
        self.asked = []

    async def export(self, account, cursor=""):
        self.asked.append(cursor)
        number = len(self.asked)
        return ExportPage(({"n": number, "text": "ä\n"},), f"page {number}" if number < 3 else None)


@pytest.fixture
def pages(chat, owner):
    pages = Pages()
    chat.accounts.rows._store.export = pages.export
    return pages


def test_export_goes_page_by_page(owner, pages):
    """The next is asked for when the last has been taken; a text never makes a second line."""
    assert owner.type("/export")[-1].startswith("End of 3 entries.")
    assert owner.front.shown == [f'{{"n": {n}, "text": "ä\\n"}}' for n in (1, 2, 3)]
    assert pages.asked == ["", "page 1", "page 2"]


def test_export_ends_with_the_server(chat, owner, pages):
    """Nothing is waited for any more, and nobody takes a part for the whole."""
    chat.stopping = True
    assert owner.type("/export")[-1].startswith("shutting-down: The server is about to stop:")
    assert pages.asked == [""]


def test_guests_have_nothing_to_export_or_erase(store, ada):
    """Nothing that is stored is theirs."""
    for line in ("/export", "/forget", "/forget x"):
        assert ada.type(line)[0].startswith("not-allowed: You are not logged in.")


def test_forget_explains_and_asks(owner):
    """Nothing happens without the password, which nobody can see."""
    erases, leaves, question = owner.type("/forget")
    assert "erases your account ada for good" in erases
    assert "The name will be free" in leaves
    assert question == "Your password, to erase all of that:"
    assert owner.session.user.account
    assert owner.enter("wrong") == ["bad-login: That is not your password. Nothing was erased."]
    owner.type("/forget")
    assert owner.enter(GOOD) == ERASED
    assert not owner.session.user.account


def test_forget_with_the_password_behind_it(owner):
    """For doors that can't ask."""
    assert owner.type(f"/forget {GOOD}") == ERASED


def test_forget_without_a_password(store, owner):
    """The nick is asked for."""
    [proof] = proofs(store, ProofKind.PASSWORD)
    store.submit([DropProof(proof.account, proof.kind, proof.value)], lambda _: None)
    assert owner.type("/forget")[-1] == "Your nick, ada, to erase all of that:"
    assert owner.enter("ada") == ERASED


def test_without_accounts(ada):
    """It says so."""
    assert ada.type("/export") == [
        "not-allowed: There are no accounts on this server. Everybody is a guest."
    ]

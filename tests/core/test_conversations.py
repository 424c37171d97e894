"""Whose private messages are kept."""

import pytest

from twistedchat.core.conversations import Conversation, conversation_with
from twistedchat.core.errors import NoSuchNick, NotAllowed
from twistedchat.core.names import prepare_nick
from twistedchat.core.records import private_place
from twistedchat.testing import enter, make_chat


@pytest.fixture
def chat():
    """Ada and Bob have accounts; Bob is not here."""
    chat = make_chat()
    chat.state.owned.give(prepare_nick("Ada"), "A")
    chat.state.owned.give(prepare_nick("Bob"), "B")
    return chat


@pytest.fixture
def ada(chat):
    user = enter(chat, "zoe").user
    chat.state.set_account(user, "A")
    return user


@pytest.mark.parametrize("nick", ["bob", "BOB"])
def test_of_two_accounts(chat, ada, nick):
    """Whether or not the other is here."""
    found = conversation_with(chat.state, ada, nick)
    assert found == Conversation("A", "B", "Bob")
    assert found.place == private_place("B", "A")


def test_an_owner_under_another_nick(chat, ada):
    """Is who they have logged in as, and called by the name that is theirs."""
    chat.state.set_account(enter(chat, "robert").user, "B")
    assert conversation_with(chat.state, ada, "robert") == Conversation("A", "B", "Bob")


def test_with_oneself(chat, ada):
    """Some make notes."""
    assert conversation_with(chat.state, ada, "ada").place == "A A"


def test_a_guest_has_none(chat, ada):
    """Neither their own, nor one with them; the sentence says so."""
    guest = enter(chat, "eve").user
    with pytest.raises(NotAllowed, match=r"you are a guest. /register"):
        conversation_with(chat.state, guest, "bob")
    with pytest.raises(NotAllowed, match=r"eve is a guest: .* not kept.* erased, /search finds"):
        conversation_with(chat.state, ada, "EVE")


@pytest.mark.parametrize("nick", ["nobody", "", "a b", "x" * 999])
def test_with_nobody(chat, ada, nick):
    """The nick is quoted short."""
    with pytest.raises(NoSuchNick, match="and no account either") as error:
        conversation_with(chat.state, ada, nick)
    assert len(str(error.value)) < 120

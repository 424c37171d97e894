"""Sources have cloaks, also of people who have just left."""

import pytest

from twistedchat.core.chat import Chat
from twistedchat.protocols.irc import people
from twistedchat.protocols.irc.people import StatePeople
from twistedchat.testing import enter, make_chat, run


@pytest.fixture
def chat() -> Chat:
    return make_chat()


def test_who_is_here_has_a_cloak(chat: Chat) -> None:
    """Found by nick or by id, never an address."""
    ada = enter(chat, "Ada", "lobby", cloak="k2x")
    known = StatePeople(chat.state)
    assert known.source("Ada") == "Ada!~u@k2x"
    assert known.source("ada-then", ada.user.id) == "ada-then!~u@k2x"


def test_who_has_left_is_remembered(chat: Chat) -> None:
    """For the QUIT that is told when they are gone."""
    ada = enter(chat, "ada", "lobby", cloak="k2x")
    known = StatePeople(chat.state)
    assert known.source("ada") == "ada!~u@k2x"
    chat.disconnect(ada, "bye")
    assert known.source("ada") == "ada!~u@k2x"
    assert known.source("eve") == "eve!~u@unknown"


def test_who_is_renamed_is_told_by_the_old_nick(chat: Chat) -> None:
    """However often the line is made."""
    ada = enter(chat, "ada", "lobby", cloak="k2x")
    known = StatePeople(chat.state)
    run(chat.rename(ada, "countess"))
    for _ in range(2):
        assert known.renamed("ada", "countess") == "ada!~u@k2x"
    assert known.source("countess") == "countess!~u@k2x"


def test_only_so_many_are_remembered(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one longest known goes first."""
    monkeypatch.setattr(people, "REMEMBERED", 2)
    known = StatePeople(chat.state)
    for nick in ("ada", "bob"):
        known.remember(nick, f"of-{nick}")
    known.remember("ada", "of-ada")
    known.remember("eve", "of-eve")
    assert known.source("ada").endswith("@of-ada")
    assert known.source("bob").endswith("@unknown")


def test_who_is_away(chat: Chat) -> None:
    """With a reason or none; not who is not here."""
    ada = enter(chat, "ada", "lobby")
    known = StatePeople(chat.state)
    assert known.away("ada") is None
    run(chat.set_away(ada, ""))
    assert known.away("Ada") == ""
    assert known.away("eve") is None


def test_an_account_that_is_none_has_no_name(chat: Chat) -> None:
    """Guests have none."""
    assert StatePeople(chat.state).account("") == ""
    assert StatePeople(chat.state).account("gone") == ""

"""Private conversations of accounts, which last; those of guests are delivered and forgotten."""

from dataclasses import dataclass

from twistedchat.core.errors import NoSuchNick, NotAllowed
from twistedchat.core.names import nick_key
from twistedchat.core.records import private_place
from twistedchat.core.state import QUOTED, State
from twistedchat.core.text import shorten
from twistedchat.core.users import User


@dataclass(frozen=True, slots=True)
class Conversation:
    """The private messages of two accounts.

    Attributes:
        mine: id of the account that looks back.
        theirs: id of the other one.
        nick: how the other one is called.
    """

    mine: str
    theirs: str
    nick: str

    @property
    def place(self) -> str:
        """Where it is stored."""
        return private_place(self.mine, self.theirs)


def conversation_with(state: State, user: User, nick: str) -> Conversation:
    """A user's private conversation with somebody, who need not be here.

    Raises:
        NotAllowed: one of them is a guest.
        NoSuchNick: nobody here is called so, and no account.
    """
    if not user.account:
        raise NotAllowed(
            "Private messages are kept for accounts alone, and you are a guest. /register makes"
            " you an account."
        )
    key = nick_key(nick) or ""
    other = state.nicks.get(key)
    account = other.account if other else state.owned.account_of(key)
    if not account and other is None:
        shown = shorten(nick, QUOTED)
        raise NoSuchNick(f"Nobody here is called {shown}, and no account either.")
    if not account:
        raise NotAllowed(
            f"{other.nick if other else nick} is a guest: private messages with guests are not"
            " kept. What you wrote to an account of that name that was erased, /search finds."
        )
    return Conversation(user.account, account, called(state, account) or nick)


def called(state: State, account: str) -> str:
    """How an account is called; "" if it is no more."""
    name = state.owned.name_of(account)
    return name.shown if name is not None else ""

"""An account is erased because its owner wants that."""

from collections.abc import Sequence

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from twistedchat.accounts.rows import AccountRows
from twistedchat.core import intents
from twistedchat.core.chat import Chat
from twistedchat.core.errors import Failed, NotSaved
from twistedchat.core.events import Notice
from twistedchat.core.records import AccountRecord, Forget
from twistedchat.core.users import Session

ERASED = "Your account was erased from another connection. You go on as a guest called {}."
LATE = "Your account is erased after all: the disk was only slow. You go on as a guest called {}."
LOOK_SECONDS = 15.0
LOOKS = 20


class Forgetting:
    """Erases accounts with all that was said by them.

    Args:
        chat: where their owners are.
        rows: what is stored of accounts.
    """

    _log = Logger()

    def __init__(self, chat: Chat, rows: AccountRows) -> None:
        self._chat = chat
        self._rows = rows

    async def forget(self, session: Session, account: AccountRecord) -> None:
        """Erase the account of a session, which goes on as a guest's with all others of it.

        It is stored first: if that fails, nothing is erased.

        Raises:
            NotSaved: it could not be stored.
        """
        try:
            await self._rows.save([Forget(account.id)], "nothing was erased")
        except NotSaved:
            self._look_later(account, LOOKS)
            raise
        others = [one for one in self._sessions(account) if one is not session]
        await self._chat.ask(session, intents.ForgetAccount(account.id))
        self._erased(account, others, ERASED)

    def _erased(self, account: AccountRecord, told: Sequence[Session], text: str) -> None:
        # What the account has said meanwhile was stored behind the first.
        self._chat.keep([Forget(account.id)])
        self._log.info("Account {nick} is erased by its owner", nick=account.nick)
        for one in told:
            if one.user is not None:
                self._chat.tell(one, Notice(text.format(one.user.nick), "account"))

    def _sessions(self, account: AccountRecord) -> Sequence[Session]:
        owner = self._chat.state.owners.get(account.id)
        return self._chat.hearing.sessions_of(owner) if owner else []

    # A disk that hangs may have done it after the answer was no.

    def _look_later(self, account: AccountRecord, looks: int) -> None:
        if looks:
            self._chat.clock.later(LOOK_SECONDS, lambda: self._look(account, looks - 1))

    def _look(self, account: AccountRecord, looks: int) -> None:
        looked = Deferred.fromCoroutine(self._settle(account, looks))
        looked.addErrback(lambda failure: self._log.failure("An account was not settled", failure))

    async def _settle(self, account: AccountRecord, looks: int) -> None:
        try:
            found = await self._rows.having(account.id)
        except Failed:
            found = account
        if found is not None:
            self._look_later(account, looks)
        elif self._chat.state.owned.name_of(account.id) is not None:
            sessions = self._sessions(account)
            self._chat.bus.publish(intents.ForgetAccount(account.id), "", 0)
            self._erased(account, sessions, LATE)

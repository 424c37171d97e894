"""An account is erased because its owner wants that."""

from collections.abc import Sequence

from twisted.logger import Logger

from twistedchat.accounts.rows import AccountRows
from twistedchat.core import intents
from twistedchat.core.chat import Chat
from twistedchat.core.events import Notice
from twistedchat.core.records import AccountRecord, Forget
from twistedchat.core.users import Session

ERASED = "Your account was erased from another connection. You go on as a guest called {}."


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
        settled = self._chat.tell_if_slow(session)
        try:
            await self._rows.save([Forget(account.id)], "nothing was erased")
        finally:
            settled()
        others = [one for one in self._sessions(account) if one is not session]
        await self._chat.ask(session, intents.ForgetAccount(account.id))
        self._erased(account, others)

    def _erased(self, account: AccountRecord, told: Sequence[Session]) -> None:
        # What the account has said meanwhile was stored behind the first.
        self._chat.keep([Forget(account.id)])
        self._log.info("Account {nick} is erased by its owner", nick=account.nick)
        for one in told:
            if one.user is not None:
                self._chat.tell(one, Notice(ERASED.format(one.user.nick), "account"))

    def _sessions(self, account: AccountRecord) -> Sequence[Session]:
        owner = self._chat.state.owners.get(account.id)
        return self._chat.hearing.sessions_of(owner) if owner else []

"""Accounts that nobody uses are given up, if a setting says so."""

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from twistedchat.accounts.rows import AccountRows
from twistedchat.core import intents
from twistedchat.core.chat import Chat
from twistedchat.core.errors import ChatError
from twistedchat.core.records import AccountRecord, DropAccount, TouchAccount

EVERY_SECONDS = 3600.0
AT_ONCE = 100
DAY = 86400.0


class Expiry:
    """Looks now and then for accounts that nobody has used for too long.

    Args:
        chat: where their owners may be.
        rows: what is stored of accounts.
        days: after how many days an account is given up; 0 for never.
    """

    _log = Logger()

    def __init__(self, chat: Chat, rows: AccountRows, days: Callable[[], int]) -> None:
        self._chat = chat
        self._rows = rows
        self._days = days

    def begin(self) -> None:
        """Look every hour from now on, and note who is here."""
        self._chat.clock.later(EVERY_SECONDS, self._look)

    def _look(self) -> None:
        self.begin()
        self._touch()
        if self._days():
            looked = Deferred.fromCoroutine(self.sweep())
            looked.addErrback(lambda failure: self._log.failure("Accounts were not swept", failure))

    def _touch(self) -> None:
        """Note who is here: after a restart nobody knows that they have been here all the time."""
        now = self._chat.clock.now()
        for account in self._chat.state.owners:
            self._rows.note(TouchAccount(account, now))

    async def sweep(self) -> None:
        """Give up some of the accounts that are due."""
        due = self._chat.clock.now() - self._days() * DAY
        try:
            for account in await self._rows.unseen_since(due, AT_ONCE):
                await self._give_up(account)
        except ChatError:
            # The rows have logged why; there will be another time.
            return

    async def _give_up(self, account: AccountRecord) -> None:
        if account.id in self._chat.state.owners:
            # Somebody who stays connected for months is not absent.
            return
        await self._rows.save([DropAccount(account.id)], "the account stays")
        self._chat.bus.publish(intents.GiveUpName(account.id), "", 0)
        self._log.info(
            "Account {nick} is given up: unused for {days} days", nick=account.nick,
            days=self._days(),
        )  # fmt: skip

"""Accounts: who registers, logs in, logs out, and changes a password.

A row is stored before anybody hears of it: an account that could not be stored is none.
"""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from twisted.logger import Logger

from twistedchat.accounts.expiry import Expiry
from twistedchat.accounts.forgetting import Forgetting
from twistedchat.accounts.keys import Keys
from twistedchat.accounts.passwords import NAME_CHARS, Passwords
from twistedchat.accounts.quality import accept, normal
from twistedchat.accounts.rows import AccountRows
from twistedchat.accounts.turns import Who, too_many
from twistedchat.config import Config
from twistedchat.core import intents
from twistedchat.core.chat import Chat
from twistedchat.core.errors import BadLogin, NickTaken, NotAllowed, TryLater
from twistedchat.core.limits import Bucket
from twistedchat.core.names import Name, nick_key
from twistedchat.core.networks import is_loopback, network_of
from twistedchat.core.ports import Store
from twistedchat.core.records import (
    AccountRecord,
    ExportPage,
    ProofKind,
    ProofRecord,
    SetPassword,
    TouchAccount,
)
from twistedchat.core.users import Session, User, user_of

READABLE = (
    "This connection is not encrypted: others on the way can read a password. Better use TLS."
)
REFUSED = (
    "Passwords are not taken over a connection that is not encrypted. Connect with TLS and try"
    " again; a password that you have just sent may have been read on the way."
)
WRONG = "This name and password do not belong together. Try again."
NOT_LOGGED_IN = "You are not logged in. /login NICK does it, /register makes an account."
NETWORKS_REMEMBERED = 10_000
LOGGED_SECONDS = 60.0


class AccountBook(Keys):
    """Knows whose a name is; provides ``core.ports.Accounts``.

    Args:
        chat: where people are.
        store: keeps accounts.
        passwords: hashes and checks.
        config: the settings; replaced on reload.
        new_id: makes ids that are never given again.

    Attributes:
        expiry: gives up accounts that nobody uses.
    """

    log = Logger()

    def __init__(
        self,
        chat: Chat,
        store: Store,
        passwords: Passwords,
        config: Config,
        new_id: Callable[[], str],
    ) -> None:
        super().__init__(chat, AccountRows(store))
        self.config = config
        self.expiry = Expiry(chat, self.rows, lambda: self.config.unused_days)
        self._forgetting = Forgetting(chat, self.rows)
        self._passwords = passwords
        self._new_id = new_id
        # Names of which an account is being made just now.
        self._being_made: set[str] = set()
        self._registrations: OrderedDict[str, Bucket] = OrderedDict()
        self._logged: OrderedDict[str, float] = OrderedDict()

    def warning(self, session: Session) -> str:
        """What somebody should know before they send a password; "" if it is safe.

        Raises:
            NotAllowed: passwords are not taken over this connection.
        """
        if session.secure or self.config.plain_passwords == "allow":
            return ""
        if self.config.plain_passwords == "refuse":
            raise NotAllowed(REFUSED)
        return READABLE

    # Registration

    async def register(self, session: Session, password: str) -> None:
        """Make an account of the session's nick.

        Raises:
            ChatError: it is not done; the sentence says why.
        """
        self.warning(session)
        user = user_of(session)
        if user.account:
            raise NotAllowed(f"You are logged in as {user.nick}. /passwd changes the password.")
        name, accepted = user.name, accept(password, user.nick)
        if name.key in self._being_made:
            raise NotAllowed(f"An account {name.shown} is just being made. Wait a moment.")
        self._take_registration(session.address)
        self._being_made.add(name.key)
        try:
            await self._make(session, user, name, accepted)
        finally:
            self._being_made.discard(name.key)

    async def _make(self, session: Session, user: User, name: Name, password: str) -> None:
        hashed = await self._passwords.hash(password, Who.at(session.address, name.key))
        if self.chat.state.owned.owner(name):
            raise NickTaken(f"{name.shown} belongs to an account. /nick takes another name first.")
        now, id_ = self.chat.clock.now(), self._new_id()
        account = AccountRecord(id_, name.shown, name.key, now, now)
        proof = ProofRecord(id_, ProofKind.PASSWORD, hashed, "", now)
        await self.save(session, [account, proof], "you are not registered")
        await self.chat.ask(session, intents.Register(user.id, id_, name))
        self.log.info(
            "Account {nick} registered from {address}", nick=name.shown, address=session.address
        )

    def _take_registration(self, address: str) -> None:
        """Bound how many accounts come from one address; this machine's own is not counted."""
        limit = self.config.limits.registrations
        if not limit or is_loopback(address):
            return
        key, now = network_of(address), self.chat.clock.now()
        bucket = self._registrations.pop(key, None) or Bucket(limit / 3600, limit, now)
        self._registrations[key] = bucket
        if len(self._registrations) > NETWORKS_REMEMBERED:
            self._registrations.popitem(last=False)
        if not bucket.take(now):
            raise too_many(bucket.wait(now))

    # Logging in and out

    async def log_in(
        self, session: Session, nick: str, password: str, *, resumable: bool = False
    ) -> str:
        """Let the owner of a name in; gives a token as ``Chat.log_in`` does.

        Raises:
            BadLogin: name and password do not belong together.
            TryLater: there were too many tries.
        """
        self.warning(session)
        key = nick_key(nick) or nick[:NAME_CHARS]
        account = await self.rows.named(key)
        hashed = await self._proved(session, account, key, password)
        if hashed is None or account is None:
            raise BadLogin(WRONG)
        token = await self._let_in(session, account, resumable=resumable)
        if self._passwords.outdated(hashed):
            await self._renew(account.id, hashed, normal(password), session.address)
        return token

    async def _proved(
        self, session: Session, account: AccountRecord | None, key: str, password: str
    ) -> str | None:
        """The hash of the account's password, if that is what was given."""

        async def read() -> str | None:
            proof = await self.rows.password(account.id) if account else None
            return proof.value if proof else None

        who = Who.at(session.address, key)
        hashed = await self._passwords.fitting(read, normal(password), who)
        if hashed is None:
            self._log_failure(account, session.address)
        return hashed

    async def _renew(self, account: str, outdated: str, password: str, address: str) -> None:
        """Hash a password with new parameters, unless it is changed meanwhile."""
        with suppress(TryLater):
            hashed = await self._passwords.hash(password, Who.at(address, account))
            self.rows.note(SetPassword(account, hashed, self.chat.clock.now(), outdated))

    async def log_in_by_certificate(
        self, session: Session, *, resumable: bool = False
    ) -> str | None:
        """Let the owner of the session's certificate in; None if it is nobody's."""
        if not session.certificate:
            return None
        account = await self.rows.proved(ProofKind.CERTIFICATE, session.certificate)
        if account is None:
            return None
        return await self._let_in(session, account, resumable=resumable)

    async def _let_in(self, session: Session, account: AccountRecord, *, resumable: bool) -> str:
        token = await self.chat.log_in(session, account, resumable=resumable)
        self.rows.note(TouchAccount(account.id, self.chat.clock.now()))
        self.log.info("{nick} logged in from {address}", nick=account.nick, address=session.address)
        return token

    async def log_out(self, session: Session, *, resumable: bool = False) -> str:
        """Let the session go on as a guest's; gives a token as ``Chat.log_out`` does.

        Raises:
            NotAllowed: it belongs to no account.
        """
        account = self.account_of(session)
        token = await self.chat.log_out(session, resumable=resumable)
        self.rows.note(TouchAccount(account, self.chat.clock.now()))
        return token

    def _log_failure(self, account: AccountRecord | None, address: str) -> None:
        """Log a wrong password, but the same at most once a minute.

        A name that is no account's is not logged: it may be a password typed in the wrong place.
        """
        nick, now = account.nick if account else "an unknown name", self.chat.clock.now()
        key = f"{nick} {network_of(address)}"
        if now - self._logged.get(key, now - LOGGED_SECONDS) < LOGGED_SECONDS:
            return
        self._logged[key] = now
        if len(self._logged) > NETWORKS_REMEMBERED:
            self._logged.popitem(last=False)
        self.log.warn("Wrong password for {nick} from {address}", nick=nick, address=address)

    # Passwords

    async def change_password(self, session: Session, old: str, new: str) -> None:
        """Give the account another password.

        Raises:
            ChatError: it is not done; the sentence says why.
        """
        self.warning(session)
        id_ = self.account_of(session)
        account = await self.rows.having(id_)
        if account is None:
            raise NotAllowed(NOT_LOGGED_IN)
        accepted = accept(new, account.nick)
        if await self._proved(session, account, account.key, old) is None:
            raise BadLogin("The old password is wrong. Nothing was changed.")
        hashed = await self._passwords.hash(accepted, Who.at(session.address, id_))
        change = SetPassword(id_, hashed, self.chat.clock.now())
        await self.save(session, [change], "the old password still holds")

    async def rename(self, account: str, name: Name) -> None:
        """Give an account another name.

        Raises:
            NickTaken: it is another account's.
            NotSaved: it could not be stored.
        """
        record = await self.rows.having(account)
        if record is None or self.chat.state.owned.owner(name) not in ("", account):
            raise NickTaken(f"{name.shown} belongs to another account. Choose another name.")
        changed = replace(record, nick=name.shown, key=name.key)
        await self.rows.save([changed], "the old name still holds")
        self.chat.bus.publish(intents.RenameAccount(account, name), "", 0)

    # What is stored about somebody

    async def export(self, session: Session, cursor: str = "") -> ExportPage:
        """Some of what is stored about the account: the first of it, or from a cursor on."""
        return await self.rows.export(self.account_of(session), cursor)

    async def forget(self, session: Session, confirmation: str) -> None:
        """Erase the account, and all that was said by it.

        Args:
            session: goes on as a guest's.
            confirmation: the password; of an account that has none, its nick.

        Raises:
            ChatError: it is not done; the sentence says why.
        """
        self.warning(session)
        id_ = self.account_of(session)
        account, proof = await self.rows.having(id_), await self.rows.password(id_)
        if account is None:
            raise NotAllowed(NOT_LOGGED_IN)
        if proof is None:
            if nick_key(confirmation) != account.key:
                raise BadLogin(f"That is not your nick, {account.nick}. Nothing was erased.")
        elif await self._proved(session, account, account.key, confirmation) is None:
            raise BadLogin("That is not your password. Nothing was erased.")
        await self._forgetting.forget(session, account)

"""The verbs: what any door can ask of the chat."""

from twistedchat.core import events, intents
from twistedchat.core.about import About
from twistedchat.core.deleting import DeletingVerbs
from twistedchat.core.errors import ChatError, NotAllowed, NotInRoom
from twistedchat.core.names import Name, known_name, nick_key, prepare_nick, room_key
from twistedchat.core.ordering import REASON_CHARS, Done, Outcome
from twistedchat.core.ports import Lens
from twistedchat.core.reading import Reading
from twistedchat.core.records import AccountRecord
from twistedchat.core.rooms import Room
from twistedchat.core.state import not_in
from twistedchat.core.text import clean, clean_or_empty
from twistedchat.core.tokens import digest
from twistedchat.core.users import Session, User, user_of

__all__ = ["CLIENT_CHARS", "REASON_CHARS", "About", "Chat", "Done", "Outcome", "digest", "user_of"]

CLIENT_CHARS = 64
NO_ROOM = "You are in no room. /rooms lists them, /join ROOM enters one."


class Chat(DeletingVerbs):
    """The chat as one node sees it; its arguments are those of ``Ordering``."""

    # Talking

    def say(self, session: Session, room: str | None, text: str, done: Done) -> None:
        """Say a line in a room (its key).

        Raises:
            ChatError: it was refused at once.
        """
        user, room, text = self._line(session, room, text)
        self.order(session, intents.Say(user.id, room, text), done)

    def emote(self, session: Session, room: str | None, text: str, done: Done) -> None:
        """Act in a room (its key).

        Raises:
            ChatError: it was refused at once.
        """
        user, room, text = self._line(session, room, text)
        self.order(session, intents.Emote(user.id, room, text), done)

    def _line(self, session: Session, room: str | None, text: str) -> tuple[User, str, str]:
        user = user_of(session)
        if room is None:
            raise NotInRoom(NO_ROOM)
        return user, room, clean(text, self.state.limits.message)

    async def whisper(self, session: Session, nick: str, text: str) -> events.Whispered:
        """Tell one person something."""
        key, text = self._addressee(nick), clean(text, self.state.limits.message)
        facts = await self.ask(session, intents.Whisper(user_of(session).id, key, text))
        whispered = facts[0][0]
        assert isinstance(whispered, events.Whispered)  # noqa: S101
        return whispered

    def _addressee(self, nick: str) -> str:
        """The key of somebody who is here, or who can be left a word."""
        key = nick_key(nick) or ""
        name = self.state.owned.name_of(self.state.owned.account_of(key))
        if key in self.state.nicks or name is None:
            return self.named(nick).name.key
        if not self.gate.keeps and self.state.owned.account_of(key) not in self.state.owners:
            raise NotAllowed(
                f"{name.shown} is not here, and nothing is kept on this server. Try again later."
            )
        return key

    # Rooms

    def focus(self, session: Session, room: Room) -> None:
        """Plain lines of this session go to this room from now on."""
        self.fanout.refocus(session, room.name.key)

    # People

    async def rename(self, session: Session, nick: str) -> None:
        """Take another nick."""
        user, name = user_of(session), self._nick(nick)
        if self.state.owned.owner(name) not in ("", user.account):
            # What /login means when it is told no name.
            session.claimed = name.shown
        await self.ask(session, intents.Rename(user.id, name))

    async def set_away(self, session: Session, reason: str | None) -> None:
        """Be away, or back with None."""
        if reason is not None:
            reason = clean_or_empty(reason, REASON_CHARS)
        await self.ask(session, intents.SetAway(user_of(session).id, reason))

    async def ignore(self, session: Session, nick: str, ignore: bool) -> None:
        """Hear no more of somebody, or hear them again."""
        await self.ask(session, intents.Ignore(user_of(session).id, nick, ignore))

    def set_lens(self, session: Session, lens: Lens) -> None:
        """The session sees everything in another way from now on."""
        self.hearing.wear(session, lens)

    # Accounts

    async def log_in(
        self, session: Session, account: AccountRecord, *, resumable: bool = False
    ) -> str:
        """Settle who an account's owner is here, once they have proved to be it.

        Args:
            session: of a guest, of the owner, or of nobody yet.
            account: whose it is from now on.
            resumable: whether a token is to be made.

        Returns:
            A token that attaches another session to the owner; "" without ``resumable``.

        Raises:
            NotAllowed: the session is another owner's.
        """
        token = self.secret() if resumable else ""
        reading = await self.reads.load(account.id, session.device)
        name = self.state.owned.name_of(account.id) or known_name(account.nick, account.key)
        intent = intents.LogIn(
            session.id, account.id, name, "operator" in account.flags, session.cloak,
            session.address, digest(token) if token else "", session.client,
        )  # fmt: skip
        if session.user is None:
            user = await self._become_somebody(session, intent)
            self.reads.adopt(session, reading)
            session.current = next(iter(user.rooms), None)
            self.hearing.wear(session, session.chosen)
        else:
            user = await self._log_in_guest(session, intent, reading)
        session.claimed = ""
        await self._let_read(user)
        return token

    async def _log_in_guest(
        self, session: Session, intent: intents.LogIn, reading: Reading
    ) -> User:
        new = session.reading is None
        if new:
            self.reads.adopt(session, reading)
        try:
            await self.ask(session, intent)
        except ChatError:
            if new:
                self.reads.leave(session)
            raise
        return self._still_here(session)

    async def _let_read(self, user: User) -> None:
        """Let what other sessions of a guest are handed count for the account, too."""
        for session in self.hearing.sessions_of(user):
            if session.reading is None and not session.arriving:
                reading = await self.reads.load(user.account, session.device)
                if session.user is user and session.reading is None:
                    self.reads.adopt(session, reading)
                    self.reads.begin_box(session)

    async def log_out(self, session: Session, *, resumable: bool = False) -> str:
        """Let the session go on as a guest's; gives a token as ``log_in`` does.

        Raises:
            NotAllowed: it belongs to no account.
        """
        token = self.secret() if resumable else ""
        hashed = digest(token) if token else ""
        intent = intents.LogOut(session.id, session.cloak, session.address, hashed, session.client)
        await self.ask(session, intent)
        self._still_here(session)
        return token

    # Looking things up

    def named(self, nick: str) -> User:
        """The user of this nick."""
        return self.state.named(nick)

    def room_of(self, session: Session, room: str) -> Room:
        """The room of this name, or the current one for "", which the session must be in.

        Raises:
            NotInRoom: it is not in it, or in none.
        """
        user = user_of(session)
        key = room_key(room) if room else session.current
        if key is None and not room:
            raise NotInRoom(NO_ROOM)
        found = user.rooms.get(key or "")
        if found is None:
            raise not_in(room)
        return found

    def tell(self, session: Session, output: events.Output) -> None:
        """Let one session hear something it asked for, in its place among the events."""
        self.fanout.to_session(session, output, mine=True)

    def tell_operators(self, output: events.Output) -> None:
        """Let the server operators who are here know something that concerns the server."""
        here = self.sessions.values()
        told = [s for s in here if s.user is not None and s.user.operator and not s.arriving]
        self.fanout.to_each(told, output)

    def _nick(self, nick: str) -> Name:
        limits = self.state.limits
        return prepare_nick(nick, limits.nick, limits.nick_bytes, self.state.reserved)

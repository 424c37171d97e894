"""The verbs of rooms: come in, leave, register, set, hand on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from twistedchat.core import intents, rules
from twistedchat.core.apply import entry
from twistedchat.core.apply.holding import check_register, check_transfer
from twistedchat.core.apply.powers import founder_of, owner_of
from twistedchat.core.errors import (
    BadArguments,
    ChatError,
    NotAllowed,
    NotSaved,
    Unconfirmed,
    WrongPassword,
)
from twistedchat.core.events import Notice
from twistedchat.core.keeping_rooms import room_now, rows_of
from twistedchat.core.names import prepare_room
from twistedchat.core.ordering import REASON_CHARS, Ordering
from twistedchat.core.ports import Hashing
from twistedchat.core.records import Change, NotStored
from twistedchat.core.restoring import make_permanent, orphaned
from twistedchat.core.roles import Role
from twistedchat.core.rooms import Room
from twistedchat.core.text import clean_or_empty, shorten
from twistedchat.core.users import Session, User, user_of

SLOW = "The server's disk is slow: whether that is done is not known yet. Wait for the answer."
SLOW_SECONDS = 3.0


class RoomVerbs(Ordering):
    """What any door can ask of the chat about rooms.

    Attributes:
        hashing: for the passwords of rooms; without it a room can have none.
    """

    hashing: Hashing | None = None

    # Members

    async def join(
        self, session: Session, room: str, password: str = "", confirm: bool = False
    ) -> Room:
        """Come into a room; asked twice, also one whose name looks like another's."""
        limits = self.state.limits
        name = prepare_room(room, limits.room, limits.room_bytes)
        confirm = confirm or session.confirming == name.key
        session.confirming = None
        user = user_of(session)
        proved = await self._prove(user, name.key, password, session.address)
        try:
            await self.ask(session, intents.Join(user.id, name, proved, confirm))
        except ChatError as error:
            session.confirming = name.key if error.code == "looks-alike" else None
            raise
        return user.rooms[name.key]

    async def _prove(self, user: User, key: str, password: str, address: str) -> str:
        """The hash that a password belongs to, if the room asks for one; nothing is settled here.

        Whoever would not be let in anyway costs no work.
        """
        room, at = self.state.rooms.get(key), self.clock.now()
        if not password or room is None or user.id in room.members or self.hashing is None:
            return ""
        entry.check(self.state, user, room, at)
        if not entry.asks_for_password(room, user, at):
            return ""
        hash_ = room.rules.password
        if not await self.hashing.check(hash_, password, key, address, user.id):
            raise WrongPassword(entry.PASSWORD_WRONG.format(room.name.shown))
        return hash_

    async def part(self, session: Session, room: str, reason: str = "") -> None:
        """Leave a room (its key)."""
        reason = clean_or_empty(reason, REASON_CHARS)
        await self.ask(session, intents.Part(user_of(session).id, room, reason))

    async def set_topic(self, session: Session, room: str, topic: str) -> None:
        """Say what a room (its key) is about."""
        topic = clean_or_empty(topic, REASON_CHARS)
        await self.ask(session, intents.SetTopic(user_of(session).id, room, topic))

    async def invite(self, session: Session, room: str, nick: str) -> None:
        """Ask somebody into a room (its key)."""
        to = self.state.named(nick).name.key
        await self.ask(session, intents.Invite(user_of(session).id, room, to))

    # Rooms that last

    def make_permanent(self, rooms: Iterable[str]) -> None:
        """Let the rooms of the server's settings be there for ever, and no others.

        Called behind ``restore``, if anything was stored, and when the settings have changed.

        Raises:
            BadRoomName: no room can be called so.
        """
        names = [prepare_room(room) for room in rooms]
        changes = make_permanent(self.state, names, self.clock.now())
        if changes and self.store is not None:
            self.store.submit(changes, _ignore)

    def give_up_orphans(self) -> None:
        """Let rooms whose account is no more go to others who run them.

        Called behind ``make_permanent`` at the start.
        """
        for account in orphaned(self.state):
            self.bus.publish(intents.GiveUpName(account), "", 0)

    async def register_room(self, session: Session, room: str) -> None:
        """Let a room (its key) belong to one's account, and last.

        Its row is written first: if that fails, nothing is registered.
        """
        user, found = check_register(self.state, user_of(session).id, room)
        as_it_will_be = replace(
            found, founder=user.account, roles={user.account: Role.OWNER}, created=self.clock.now()
        )
        rows = rows_of(as_it_will_be)
        await self._store(session, rows, f"#{found.name.shown} is not registered")
        try:
            await self.ask(session, intents.RegisterRoom(user.id, room))
        except ChatError:
            # Something came in between: what was written is not true.
            if self.store is not None:
                self.store.submit(room_now(self.state, room), _ignore)
            raise

    async def _store(self, session: Session, changes: Sequence[Change], otherwise: str) -> None:
        """Write changes now or never; the session is told if that takes long."""
        if self.store is None:
            return
        promise = self._promise()
        settled = self.tell_if_slow(session)

        def done(failure: NotStored | None) -> None:
            settled()
            text = f"{otherwise}: that could not be stored ({failure}). Try again later."
            promise.callback([] if failure is None else NotSaved(text))

        self.store.submit(changes, done, keep=False)
        outcome = await promise
        if isinstance(outcome, ChatError):
            raise outcome

    def tell_if_slow(self, session: Session) -> Callable[[], None]:
        """Tell a session to wait unless what this gives is called soon."""
        waiting = [session]

        def look() -> None:
            if waiting and session.id in self.sessions:
                self.fanout.to_session(session, Notice(SLOW, "wait"), mine=True)

        self.clock.later(SLOW_SECONDS, look)
        return waiting.clear

    async def drop_room(self, session: Session, room: str, *, confirm: bool = False) -> None:
        """Let a room (its key) belong to nobody; it has to be asked for twice.

        Raises:
            Unconfirmed: it was asked for the first time.
        """
        user = user_of(session)
        _, found = founder_of(self.state, user.id, room)
        text = (
            f"#{found.name.shown} would lose its settings, roles, bans and topic with its last"
            " member, and all that was said there would be erased."
        )
        _confirm(session, f"drop {room}", text, confirmed=confirm)
        await self.ask(session, intents.DropRoom(user.id, room))

    async def set_room(
        self, session: Session, room: str, setting: str, value: str, *, confirm: bool = False
    ) -> bool:
        """Change a setting of a room (its key); whether that changed anything.

        Raises:
            Unconfirmed: it would erase messages, and was asked for the first time.
        """
        name, changed = rules.read(setting, value)
        if name == "history":
            self._check_erased(session, room, changed, confirmed=confirm)
        if name == "password" and changed != (("password", ""),):
            password = str(changed[0][1])
            changed = (("password", await self._hash(session, room, password)),)
        intent = intents.SetRoom(user_of(session).id, room, name, changed)
        return bool(await self.ask(session, intent))

    async def _hash(self, session: Session, room: str, password: str) -> str:
        """A password's hash, for an owner of the room."""
        owner_of(self.state, user_of(session).id, room)
        if self.hashing is None:
            raise NotAllowed("Rooms can have no passwords on this server.")
        return await self.hashing.hash(password)

    def _check_erased(
        self, session: Session, room: str, changed: rules.Changed, *, confirmed: bool
    ) -> None:
        """Ask before messages are erased."""
        _, found = owner_of(self.state, user_of(session).id, room)
        wanted = replace(found.rules, **dict(changed))
        if not found.lasting or not wanted.keeps_less(found.rules):
            return
        lost = found.beyond(wanted, self.clock.now())
        now = f", {lost} of the newest ones among them" if lost else ""
        text = (
            f"#{found.name.shown} would keep {rules.told('history', wanted)}: messages beyond that"
            f" would be erased for good{now}."
        )
        _confirm(session, f"history {room} {changed}", text, confirmed=confirmed)

    async def transfer_room(
        self, session: Session, room: str, nick: str, *, confirm: bool = False
    ) -> None:
        """Let a room (its key) belong to somebody else who is in it; it has to be asked for twice.

        Raises:
            Unconfirmed: it was asked for the first time.
        """
        user = user_of(session)
        target, found = check_transfer(self.state, user.id, room, nick)
        shown, heir = found.name.shown, target.nick
        text = f"#{shown} would belong to {heir}, and only {heir} could give it back."
        _confirm(session, f"transfer {room} {target.id}", text, confirmed=confirm)
        await self.ask(session, intents.TransferRoom(user.id, room, nick))

    async def set_role(self, session: Session, room: str, nick: str, role: str) -> None:
        """Give somebody a role in a room (its key), or none with "none"."""
        wanted = role.casefold()
        if wanted not in ("none", *Role):
            known = ", ".join([*Role, "none"])
            raise BadArguments(f"There is no role {shorten(role, 20)}. There are: {known}.")
        wanted = "" if wanted == "none" else wanted
        await self.ask(session, intents.SetRole(user_of(session).id, room, nick, wanted))


def _confirm(session: Session, asked: str, what: str, *, confirmed: bool) -> None:
    """Go on only with what was confirmed, or asked for twice in a row."""
    confirmed = confirmed or session.confirming == asked
    session.confirming = None if confirmed else asked
    if not confirmed:
        raise Unconfirmed(f"{what} To do it, send the same again.")


def _ignore(_: NotStored | None) -> None:
    """It is written as soon as it can be."""

"""The verbs: what any door can ask of the chat, and the one place where facts come back."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from twistedchat.core import events, intents
from twistedchat.core.apply import apply
from twistedchat.core.errors import ChatError, NotInRoom, NotYet
from twistedchat.core.fanout import Fanout
from twistedchat.core.hearing import Hearing
from twistedchat.core.lenses import IgnoringLens
from twistedchat.core.names import Name, prepare_nick, prepare_room, room_key
from twistedchat.core.ports import Bus, Clock, Gate, Journal, Lens, Promise, Sink
from twistedchat.core.rooms import Room
from twistedchat.core.state import Fact, State, not_in
from twistedchat.core.text import clean, clean_or_empty
from twistedchat.core.users import Session, User

REASON_CHARS = 300
CLIENT_CHARS = 64

Outcome: TypeAlias = list[Fact] | ChatError
Done: TypeAlias = Callable[[Outcome], None]

_ANSWERABLE = (
    events.Kicked,
    events.Banned,
    events.Unbanned,
    events.Muted,
    events.Unmuted,
    events.Opped,
    events.Deopped,
)


@dataclass(slots=True)
class About:
    """What the server says of itself; replaced when the configuration is read again.

    Attributes:
        name: the server's name.
        motd: message of the day, as lines.
        lobby: room in which everybody starts, or "".
        version: of the program.
        started: when the server started, in seconds since 1970.
    """

    name: str
    motd: tuple[str, ...] = ()
    lobby: str = "lobby"
    version: str = ""
    started: float = 0.0


class Chat:
    """The chat as one node sees it.

    Args:
        state: who is where; the bus keeps it the same on every node.
        about: what the server says of itself.
        gate: holds output back until it is safe.
        clock: time and turns of the event loop.
        journal: where operators' acts are written down.
        node: name of this node, part of its sessions' ids.
        secret: makes unguessable texts.
        promise: makes awaitables for outcomes that another node settles.
    """

    bus: Bus

    def __init__(
        self,
        state: State,
        about: About,
        gate: Gate,
        clock: Clock,
        journal: Journal,
        *,
        node: str,
        secret: Callable[[], str],
        promise: Callable[[], Promise[Outcome]],
    ) -> None:
        self.state = state
        self.about = about
        self.clock = clock
        self.sessions: dict[str, Session] = {}
        self.fanout = Fanout(gate, clock.soon)
        self.hearing = Hearing(state, self.fanout, self.sessions)
        self._journal = journal
        self._node = node
        self._secret = secret
        self._promise = promise
        self._waiting: dict[int, Done] = {}
        self._requests = 0
        self._connections = 0

    # The bus

    def order(self, session: Session, intent: intents.Intent, done: Done) -> None:
        """Have an intent ordered and applied; ``done`` is called with what became of it."""
        self._requests += 1
        self._waiting[self._requests] = done
        self.bus.publish(intent, session.id, self._requests)

    async def ask(self, session: Session, intent: intents.Intent) -> list[Fact]:
        """Have an intent ordered and applied.

        Raises:
            ChatError: it was refused.
        """
        settled: list[Outcome] = []
        promise: Promise[Outcome] | None = None

        def done(outcome: Outcome) -> None:
            if promise is None:
                settled.append(outcome)
            else:
                promise.callback(outcome)

        self.order(session, intent, done)
        if not settled:
            promise = self._promise()
            settled.append(await promise)
        if isinstance(settled[0], ChatError):
            raise settled[0]
        return settled[0]

    def apply(
        self, intent: intents.Intent, id_: str, at: float, origin: str = "", request: int = 0
    ) -> None:
        """Settle an intent in its turn, and tell those on this node who are to hear of it.

        Called by the bus, for every intent, in the order of their ids.
        """
        session = self.sessions.get(origin)
        outcome: Outcome
        try:
            outcome = apply(self.state, intent, id_, at)
        except ChatError as error:
            outcome = error
        else:
            for fact in outcome:
                self.hearing.hear(fact, session)
                if isinstance(fact[0], _ANSWERABLE):
                    self._journal.operator_acted(fact[0])
        if session is not None:
            done = self._waiting.pop(request, None)
            if done is not None:
                done(outcome)

    # Coming and going

    def connect(self, sink: Sink, lens: Lens, door: str, address: str, cloak: str) -> Session:
        """Begin a session; nobody is behind it until ``enter`` or ``resume``."""
        self._connections += 1
        session = Session(f"{self._node}{self._connections}", sink, lens, door, address, cloak)
        self.sessions[session.id] = session
        return session

    async def enter(self, session: Session, nick: str) -> str:
        """Settle the nick: the one asked for, or the nearest free one.

        Returns:
            The token that attaches another session to the same user.

        Raises:
            BadNick: nobody can have such a nick.
        """
        limits = self.state.limits
        # A reserved nick counts as taken: the guest gets the nearest free one.
        name = prepare_nick(nick, limits.nick, limits.nick_bytes, frozenset())
        token = self._secret()
        entered = intents.Enter(
            session.id, name, session.cloak, session.address, digest(token), session.client
        )
        await self.ask(session, entered)
        session.user = self.state.sessions[session.id]
        return token

    async def resume(self, session: Session, token: str) -> None:
        """Attach the session to the user who has this token, in all of their rooms.

        Raises:
            BadLogin: no user here has it.
        """
        await self.ask(session, intents.Attach(session.id, digest(token)))
        session.user = user = self.state.sessions[session.id]
        session.current = next(iter(user.rooms), None)
        self.set_lens(session, session.chosen)

    def arrive(self, session: Session) -> None:
        """The session has been welcomed: from now on it hears what happens in its rooms."""
        self.hearing.arrive(session)

    def disconnect(self, session: Session, reason: str, lingers: bool = False) -> None:
        """End a session.

        Args:
            session: stops hearing anything.
            reason: what others read when its user leaves with it.
            lingers: its user waits some time for another session to resume.
        """
        for room in list(session.lenses):
            self.fanout.unlisten(session, room)
        self.sessions.pop(session.id, None)
        user, session.user = session.user, None
        if user is None:
            return
        grace = self.state.limits.resume_seconds
        lingers = lingers and grace > 0
        reason = clean_or_empty(reason, REASON_CHARS)
        self.bus.publish(intents.Detach(session.id, reason, lingers), session.id, 0)
        if lingers and not user.sessions:
            expire = intents.Expire(user.id, reason)
            self.clock.later(grace, lambda: self.bus.publish(expire, "", 0))

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
        if session.user is None:
            raise NotYet("First choose a nickname.")
        if room is None:
            raise NotInRoom("You are in no room. /rooms lists them, /join ROOM enters one.")
        return session.user, room, clean(text, self.state.limits.message)

    async def whisper(self, session: Session, nick: str, text: str) -> events.Whispered:
        """Tell one person something."""
        to = self.named(nick)
        text = clean(text, self.state.limits.message)
        facts = await self.ask(session, intents.Whisper(user_of(session).id, to.name.key, text))
        whispered = facts[0][0]
        assert isinstance(whispered, events.Whispered)  # noqa: S101
        return whispered

    # Rooms

    async def join(
        self, session: Session, room: str, password: str = "", confirm: bool = False
    ) -> Room:
        """Come into a room; asked twice, also one whose name looks like another's."""
        limits = self.state.limits
        name = prepare_room(room, limits.room, limits.room_bytes)
        confirm = confirm or session.confirming == name.key
        session.confirming = None
        user = user_of(session)
        try:
            await self.ask(session, intents.Join(user.id, name, password, confirm))
        except ChatError as error:
            session.confirming = name.key if error.code == "looks-alike" else None
            raise
        return user.rooms[name.key]

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
        to = self.named(nick).name.key
        await self.ask(session, intents.Invite(user_of(session).id, room, to))

    def focus(self, session: Session, room: Room) -> None:
        """Plain lines of this session go to this room from now on."""
        self.fanout.refocus(session, room.name.key)

    # People

    async def rename(self, session: Session, nick: str) -> None:
        """Take another nick."""
        await self.ask(session, intents.Rename(user_of(session).id, self._nick(nick)))

    async def set_away(self, session: Session, reason: str | None) -> None:
        """Be away, or back with None."""
        if reason is not None:
            reason = clean_or_empty(reason, REASON_CHARS)
        await self.ask(session, intents.SetAway(user_of(session).id, reason))

    async def ignore(self, session: Session, nick: str, ignore: bool) -> None:
        """Hear no more of somebody, or hear them again."""
        user = user_of(session)
        await self.ask(session, intents.Ignore(user.id, nick, ignore))
        self._apply_ignores(user)

    def set_lens(self, session: Session, lens: Lens) -> None:
        """The session sees everything in another way from now on."""
        session.chosen = lens
        ignored = session.user.ignored if session.user else None
        worn = IgnoringLens(lens, frozenset(ignored)) if ignored else lens
        self.fanout.refocus(session, session.current, worn)

    def _apply_ignores(self, user: User) -> None:
        for session in self.hearing.sessions_of(user):
            self.set_lens(session, session.chosen)

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
            raise NotInRoom("You are in no room. /rooms lists them, /join ROOM enters one.")
        found = user.rooms.get(key or "")
        if found is None:
            raise not_in(room)
        return found

    def tell(self, session: Session, output: events.Output) -> None:
        """Let one session hear something, in its place among the events."""
        self.fanout.to_session(session, output)

    def _nick(self, nick: str) -> Name:
        limits = self.state.limits
        return prepare_nick(nick, limits.nick, limits.nick_bytes, self.state.reserved)


def user_of(session: Session) -> User:
    """The person behind a session.

    Raises:
        NotYet: the nick is not settled.
    """
    if session.user is None:
        raise NotYet("First choose a nickname.")
    return session.user


def digest(token: str) -> str:
    """What is kept of a token; looking it up tells nothing about the token by its timing."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

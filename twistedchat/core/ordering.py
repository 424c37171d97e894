"""From an intent to what everybody hears: order, apply, and the sessions of this node."""

from collections.abc import Callable
from typing import TypeAlias

from twistedchat.core import events, intents
from twistedchat.core.about import About
from twistedchat.core.apply import apply
from twistedchat.core.errors import ChatError, NotAllowed
from twistedchat.core.fanout import Fanout
from twistedchat.core.hearing import Hearing
from twistedchat.core.keeping import changes_for
from twistedchat.core.listing import Listing
from twistedchat.core.names import prepare_nick
from twistedchat.core.past import Past
from twistedchat.core.ports import Accounts, Bus, Clock, Gate, Journal, Lens, Promise, Sink, Store
from twistedchat.core.reads import Reads
from twistedchat.core.recent import Recent
from twistedchat.core.records import Change, EndPlace, MessageRecord
from twistedchat.core.searching import Search
from twistedchat.core.state import Fact, State
from twistedchat.core.text import shorten
from twistedchat.core.tokens import digest
from twistedchat.core.users import Session, User

REASON_CHARS = 300

Outcome: TypeAlias = list[Fact] | ChatError
Done: TypeAlias = Callable[[Outcome], None]

_ANSWERABLE = frozenset(
    {events.Announced, events.Kicked, events.Banned, events.Unbanned, events.Muted}
    | {events.Unmuted, events.Opped, events.Deopped, events.RoomChanged, events.RoomDropped}
    | {events.RoomTransferred, events.RoleChanged}
)
# After these a session may be another user's.
_MOVING = frozenset({intents.LogIn, intents.LogOut})


class Ordering:
    """Has intents ordered, applies them in their turn, and knows who is connected here.

    Args:
        state: who is where; the bus keeps it the same on every node.
        about: what the server says of itself.
        gate: holds output back until it is safe.
        clock: time and turns of the event loop.
        journal: where operators' acts are written down.
        node: name of this node, letters and digits; part of its sessions' ids.
        secret: makes unguessable texts.
        promise: makes awaitables for outcomes that another node settles.
        store: what lasts; None if nothing does.
    """

    bus: Bus
    # Who people are; None where nobody can have an account.
    accounts: Accounts | None = None
    # Everybody is about to leave this node: nobody needs to hear that of everybody.
    stopping = False

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
        store: Store | None = None,
    ) -> None:
        self.state = state
        self.store = store
        self.about = about
        self.clock = clock
        self.sessions: dict[str, Session] = {}
        self.fanout = Fanout(gate, clock.soon)
        self.progress = self.fanout.progress
        self.reads = Reads(self.progress, store if gate.keeps else None, clock)
        gate.take_along(self.reads.changes)
        self.hearing = Hearing(state, self.fanout, self.sessions, clock, self.reads)
        self.listing = Listing(state, clock)
        self.gate = gate
        self.past = Past(store, clock.now, lambda: state.retention, state.owner_id)
        self.search = Search(store, state, self.past)
        self.recent = Recent(self.past, store, promise)
        self._journal = journal
        self._prefix = f"{node}-"
        self.secret = secret
        self._promise = promise
        self._waiting: dict[int, Done] = {}
        self._requests = 0
        self._connections = 0

    # The bus

    def order(self, session: Session, intent: intents.Intent, done: Done) -> None:
        """Have an intent ordered and applied; ``done`` is called with what became of it."""
        self._requests = request = self._requests + 1
        self._waiting[request] = done
        try:
            self.bus.publish(intent, session.id, request)
        except Exception:
            self._waiting.pop(request, None)
            raise

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
        self.progress.latest = id_
        session = self.sessions.get(origin)
        outcome: Outcome
        try:
            outcome = apply(self.state, intent, id_, at)
        except ChatError as error:
            outcome = error
        else:
            self._keep(outcome, session)
            self._hear(intent, outcome, session)
            for fact in outcome:
                if type(fact[0]) in _ANSWERABLE:
                    self._journal.operator_acted(fact[0])
            if type(intent) is intents.Ignore:
                self.hearing.ignores_changed(self.state.users[intent.user])
        # Whoever asked may be gone by now, and still wants to know what became of it.
        if session is not None or origin.startswith(self._prefix):
            done = self._waiting.pop(request, None)
            if done is not None:
                done(outcome)

    def _hear(self, intent: intents.Intent, facts: list[Fact], session: Session | None) -> None:
        """Tell everybody, and let each session be whose it is now."""
        kind = type(intent)
        moved = kind in _MOVING and session and self.hearing.hand_over(session)
        self.hearing.hear_all(facts, session)
        if moved and session:
            self.hearing.take_over(session)
        elif kind in _MOVING and session and session.user:
            self.hearing.reckon(session.user)
        elif isinstance(intent, intents.Register) and intent.user in self.state.users:
            self.hearing.registered(self.state.users[intent.user])
        elif isinstance(intent, intents.ForgetAccount | intents.GiveUpName):
            self.hearing.account_gone(intent.account)
        if isinstance(intent, intents.Delete | intents.ForgetAccount):
            self._take_back(intent, facts)

    def _take_back(self, intent: intents.Delete | intents.ForgetAccount, facts: list[Fact]) -> None:
        """Let nobody see any more what the store still has of it."""
        taken = self.past.taken
        if isinstance(intent, intents.ForgetAccount):
            taken.note_account(intent.account)
        else:
            for event, _ in facts:
                if isinstance(event, events.Deleted):
                    taken.note(event.ids)
        self.recent.spoil()

    def _keep(self, facts: list[Fact], session: Session | None) -> None:
        """Have what lasts of these facts stored before anybody hears of them."""
        state, changes = self.state, list[Change]()
        if self.gate.keeps:
            for fact in facts:
                changes += changes_for(state, fact)
            changes += [EndPlace(place, id_) for place, id_ in state.endings]
        state.endings.clear()
        if changes:
            self.reads.kept = self.progress.latest
            self.gate.keep(changes)
            if session is not None and not isinstance(changes[0], MessageRecord):
                self.fanout.acted(session, facts)
            self.fanout.wake()

    # Coming and going

    def connect(self, sink: Sink, lens: Lens, door: str, address: str, cloak: str) -> Session:
        """Begin a session; nobody is behind it until ``enter`` or ``resume``."""
        self._connections += 1
        session = Session(f"{self._prefix}{self._connections}", sink, lens, door, address, cloak)
        self.sessions[session.id] = session
        return session

    async def enter(self, session: Session, nick: str, *, resumable: bool = True) -> str:
        """Settle the nick: the one asked for, or the nearest free one.

        Args:
            session: whose user comes in.
            nick: as it was typed.
            resumable: whether another session may be attached to the same user.

        Returns:
            The token that does so; "" if nothing can.

        Raises:
            BadNick: nobody can have such a nick.
        """
        limits = self.state.limits
        # A reserved nick counts as taken: the guest gets the nearest free one.
        name = prepare_nick(nick, limits.nick, limits.nick_bytes, frozenset())
        token = self.secret() if resumable else ""
        hashed = digest(token) if token else ""
        intent = intents.Enter(
            session.id, name, session.cloak, session.address, hashed, session.client
        )
        session.claimed = name.shown if self.state.owned.owner(name) else ""
        await self._become_somebody(session, intent)
        return token

    async def resume(self, session: Session, token: str) -> None:
        """Attach the session to the user who has this token, in all of their rooms.

        Raises:
            BadLogin: no user here has it.
        """
        owner = self.state.tokens.get(digest(token))
        account = owner.account if owner is not None else ""
        reading = await self.reads.load(account, session.device) if account else None
        user = await self._become_somebody(session, intents.Attach(session.id, digest(token)))
        if reading is not None and reading.account == user.account:
            self.reads.adopt(session, reading)
        session.current = next(iter(user.rooms), None)
        self.hearing.wear(session, session.chosen)

    async def _become_somebody(
        self, session: Session, intent: intents.Enter | intents.Attach | intents.LogIn
    ) -> User:
        if session.user is not None:
            raise NotAllowed(f"You are {session.user.nick} already. /nick takes another nick.")
        await self.ask(session, intent)
        user = self._still_here(session, lingers=isinstance(intent, intents.Attach))
        session.user = user
        return user

    def _still_here(self, session: Session, *, lingers: bool = True) -> User:
        """The session's user; or leave, if the connection ended while the bus had the intent."""
        user = self.state.sessions[session.id]
        if session.id not in self.sessions:
            self._detach(session, user, "Connection lost", lingers=lingers)
            raise NotAllowed("You are not connected any more. Connect again.")
        return user

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
        self.reads.leave(session)
        for room in list(session.lenses):
            self.fanout.unlisten(session, room)
        self.sessions.pop(session.id, None)
        user, session.user = session.user, None
        if user is not None and not self.stopping:
            # Nobody is there any more who could be told that it is too long.
            self._detach(session, user, shorten(reason, REASON_CHARS), lingers=lingers)

    def _detach(self, session: Session, user: User, reason: str, *, lingers: bool) -> None:
        grace = self.state.limits.resume_seconds
        lingers = lingers and grace > 0

        def detached(_: Outcome) -> None:
            if user.adrift is not None:
                expire = intents.Expire(user.id, reason, user.adrift)
                self.clock.later(grace, lambda: self.bus.publish(expire, "", 0))

        self.order(session, intents.Detach(session.id, reason, lingers), detached)

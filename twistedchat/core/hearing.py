"""Who hears a fact, and what it changes for the sessions of this node."""

from collections.abc import Callable
from typing import Any

from twistedchat.core import events
from twistedchat.core.crowds import Crowds
from twistedchat.core.fanout import Fanout
from twistedchat.core.lenses import IgnoringLens
from twistedchat.core.names import nick_key
from twistedchat.core.ports import Clock, Lens
from twistedchat.core.reads import Reads
from twistedchat.core.state import Among, Fact, Only, State
from twistedchat.core.users import Session, User

# Of more people than this who are put out of a room at once, none hears of the others.
MANY = 20


class Hearing:
    """Brings facts to the sessions of this node, in the order in which they happened."""

    def __init__(
        self,
        state: State,
        fanout: Fanout,
        sessions: dict[str, Session],
        clock: Clock,
        reads: Reads,
    ) -> None:
        self._crowds = Crowds(clock, fanout)
        self._state = state
        self._fanout = fanout
        self._sessions = sessions
        self._reads = reads
        self._dispatch: dict[type, Callable[[Any, Any, Session | None], None]] = {
            events.Said: self._spoken,
            events.Emoted: self._spoken,
            events.Joined: self._joined,
            events.Parted: self._parted,
            events.Left: self._left,
            events.Opped: self._opped,
            events.Kicked: self._kicked,
            events.Whispered: self._whispered,
            events.Invited: self._invited,
            events.Renamed: self._renamed,
            events.Deleted: self._deleted,
        }

    def hear(self, fact: Fact, origin: Session | None) -> None:
        """Tell everybody on this node who is to hear it.

        Args:
            fact: what happened, and its audience.
            origin: the session whose intent it was, if it is on this node.
        """
        event, audience = fact
        self._dispatch.get(type(event), self._common)(event, audience, origin)

    def hear_all(self, facts: list[Fact], origin: Session | None) -> None:
        """Tell all that one intent caused, in order."""
        if len(facts) > MANY:
            self._put_out_together(facts)
        for fact in facts:
            self.hear(fact, origin)

    def _put_out_together(self, facts: list[Fact]) -> None:
        """Let many who are put out at once each hear of themselves, and not of all the others."""
        for event, audience in facts:
            if isinstance(event, events.Kicked) and isinstance(audience, str):
                user = self._state.nicks[nick_key(event.nick) or ""]
                for session in self.sessions_of(user):
                    self._stop(session, audience)

    def _listen(self, session: Session, room: str) -> None:
        self._fanout.listen(session, room)
        self._reads.begin(session, room)

    def _stop(self, session: Session, room: str) -> None:
        self._fanout.unlisten(session, room)
        self._reads.end(session, room)

    def arrive(self, session: Session) -> None:
        """The session has been welcomed: from now on it hears what happens in its rooms."""
        session.arriving = False
        for room in session.user.rooms if session.user else ():
            self._listen(session, room)
        self._reads.begin_box(session)

    def hand_over(self, session: Session) -> bool:
        """Notice whether the session has another user since the last intent; it hears nothing then.

        So it is not told that its guest has left and its owner has come; ``take_over`` lets it
        hear again.
        """
        user = self._state.sessions.get(session.id)
        if session.user is None or user is session.user:
            return False
        account = user.account if user else ""
        if session.reading is not None and session.reading.account != account:
            self._reads.leave(session)
        for room in list(session.lenses):
            self._fanout.unlisten(session, room)
        session.user, session.peer, session.arriving = user, None, True
        return True

    def take_over(self, session: Session) -> None:
        """The session sees and hears what its new user does."""
        rooms = session.user.rooms if session.user else {}
        if session.current not in rooms:
            session.current = next(iter(rooms), None)
        self.wear(session, session.chosen)
        self.arrive(session)
        self._now_owned(session)

    def reckon(self, user: User) -> None:
        """The user belongs to an account, or to none, and did not before the last intent."""
        for session in self.sessions_of(user):
            reading = session.reading
            if reading is not None and reading.account != user.account:
                self._reads.leave(session)
            elif reading is not None and not session.arriving:
                for room in session.lenses:
                    self._reads.begin(session, room)
                self._reads.begin_box(session)
                self._now_owned(session)

    def registered(self, user: User) -> None:
        """The user has become the owner of a new account."""
        for session in self.sessions_of(user):
            if user.account and session.reading is None:
                self._reads.begin_account(session, user.account)
        self.reckon(user)

    def account_gone(self, account: str) -> None:
        """Nothing that is read counts for this account any more."""
        for session in self._sessions.values():
            if session.reading is not None and session.reading.account == account:
                self._reads.leave(session)

    def _now_owned(self, session: Session) -> None:
        """Forget what was noted for a guest."""
        if self._reads.reading_of(session) is not None:
            session.began = None

    def sessions_of(self, user: User) -> list[Session]:
        """The user's sessions on this node."""
        return [self._sessions[i] for i in user.sessions if i in self._sessions]

    def wear(self, session: Session, lens: Lens) -> None:
        """The session sees everything in another way, but for whom its user ignores."""
        session.chosen = lens
        ignored = session.user.ignored if session.user else None
        worn = IgnoringLens(lens, frozenset(ignored)) if ignored else lens
        self._fanout.refocus(session, session.current, worn)

    def ignores_changed(self, user: User) -> None:
        """The user ignores somebody more, or fewer."""
        for session in self.sessions_of(user):
            self.wear(session, session.chosen)

    def _arrived(self, user: User) -> list[Session]:
        return [session for session in self.sessions_of(user) if not session.arriving]

    def _common(self, event: Any, audience: Any, origin: Session | None) -> None:
        match audience:
            case str():
                self._crowds.release((audience,))
                self._fanout.to_room(audience, event)
            case Among():
                self._crowds.release(audience.rooms)
                told = self._fanout.to_rooms(audience.rooms, event)
                own = self._arrived(audience.user)
                self._fanout.to_each([s for s in own if s not in told], event)
            case _:
                # Everybody.
                here = [s for s in self._sessions.values() if s.user and not s.arriving]
                self._fanout.to_each(here, event)

    def _spoken(self, event: events.Message, room: str, origin: Session | None) -> None:
        self._crowds.release((room,))
        silent = origin is not None and not origin.lens.echo
        self._fanout.to_room(room, event, origin if silent else None)

    def _joined(self, event: events.Joined, room: str, origin: Session | None) -> None:
        user = self._state.nicks[nick_key(event.nick) or ""]
        quiet = None
        for session in self.sessions_of(user):
            if session.current is None:
                session.current = room
            if session is origin and not session.lens.echo:
                quiet = session
            elif not session.arriving:
                self._listen(session, room)
        self._crowds.add((room,), event)
        if quiet is not None and not quiet.arriving:
            self._listen(quiet, room)
        for session in self.sessions_of(user):
            if session is not origin and session.show_missed is not None:
                session.show_missed()

    def _parted(self, event: events.Parted, room: str, origin: Session | None) -> None:
        user = self._state.nicks[nick_key(event.nick) or ""]
        for session in self._arrived(user):
            self._stop(session, room)
            if session is not origin or session.lens.echo:
                self._fanout.to_session(session, event)
        self._crowds.add((room,), event)
        self._shut_out(user, room, origin)

    def _left(self, event: events.Left, audience: Among, origin: Session | None) -> None:
        if audience.rooms:
            self._crowds.add(audience.rooms, event)

    def _kicked(self, event: events.Kicked, room: str, origin: Session | None) -> None:
        user = self._state.nicks[nick_key(event.nick) or ""]
        for session in self._arrived(user):
            self._stop(session, room)
            self._fanout.to_session(session, event, mine=True)
        self._crowds.release((room,))
        self._fanout.to_room(room, event)
        self._shut_out(user, room, None)

    def _opped(self, event: events.Opped, room: str, origin: Session | None) -> None:
        self._common(event, room, origin)
        if event.by:
            return
        # Who follows a room's last operator is told in words; it is no news for other readers.
        text = f"You run #{event.room} now, for its last operator has gone. /help lists how."
        for session in self._arrived(self._state.nicks[nick_key(event.nick) or ""]):
            if session.lens.follows:
                self._fanout.to_session(session, events.Notice(text, "operator"))

    def _renamed(self, event: events.Renamed, audience: Among, origin: Session | None) -> None:
        self._common(event, audience, origin)
        if not event.forced:
            return
        text = (
            f"You are {event.nick} now, because {event.old} belongs to an account."
            " /login if it is yours, /nick takes another nick."
        )
        for session in self._arrived(audience.user):
            self._fanout.to_session(session, events.Notice(text, "nick-taken"))

    def _shut_out(self, user: User, room: str, origin: Session | None) -> None:
        """The user is no more in the room: their sessions stop hearing it and look elsewhere."""
        for session in self.sessions_of(user):
            self._stop(session, room)
            if session.current != room:
                continue
            self._fanout.refocus(session, next(reversed(user.rooms), None))
            if session.lens.follows and session is not origin and not session.arriving:
                self._fanout.to_session(session, self.whereabouts(session))

    def whereabouts(self, session: Session) -> events.Notice:
        """What plain lines of a session will be said in."""
        room = self._state.rooms.get(session.current or "")
        if room is None:
            return events.Notice("You are in no room now. /rooms lists them, /join ROOM enters.")
        return events.Notice(f"You are now talking in #{room.name.shown}.", "current-room")

    def _whispered(self, event: events.Whispered, audience: Only, origin: Session | None) -> None:
        to = self._state.nicks.get(nick_key(event.to) or "")
        sent_to = (to.account or to.id) if to is not None else event.to_account
        for user in audience.users:
            mine = user.id == event.user
            for session in self.sessions_of(user):
                session.peer = sent_to if mine else event.account or event.user
                if not session.arriving:
                    self._fanout.whisper(session, event, mine)

    def _invited(self, event: events.Invited, audience: Only, origin: Session | None) -> None:
        for user in audience.users:
            mine = user.nick == event.nick
            for session in self._arrived(user):
                self._fanout.to_session(session, event, mine)

    def _deleted(self, event: events.Deleted, audience: Any, origin: Session | None) -> None:
        if not isinstance(audience, Only):
            self._common(event, audience, origin)
            return
        for user in audience.users:
            mine = user.nick == event.by
            for session in self._arrived(user):
                self._fanout.to_session(session, event, mine)

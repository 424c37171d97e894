"""The client's side of the wire protocol as pure state.

Objects and typed lines go in, items to show and requests to send come out. Nothing here reads a
clock, a socket or a terminal. Whoever drives it calls ``connected``, ``received`` and ``lost`` as
things happen, ``say``, ``command``, ``join`` and ``switch`` for the person, and after each of these
``take`` for what is to be shown and sent.
"""

from functools import partial

from twistedchat.client.arrivals import Arrivals
from twistedchat.client.drafts import Drafts
from twistedchat.client.hearing import Hearing
from twistedchat.client.identity import Identity
from twistedchat.client.inbox import receive
from twistedchat.client.items import Draft, Item, Remark, Request, Settled, Tone
from twistedchat.client.marks import Marks
from twistedchat.client.past import Past
from twistedchat.client.profile import CommandInfo, Ending, Profile
from twistedchat.client.replies import Replies, Reply
from twistedchat.client.rooms import Rooms, key
from twistedchat.client.search import Search
from twistedchat.client.welcome import Welcome, describe
from twistedchat.render.json import line as to_line

UNANSWERED = "The connection broke before the server answered."


class Conversation:
    """All that the client knows, and what it wants to say.

    Attributes:
        profile: who the person wants to be.
        hearing: what has been heard.
        replies: finds who waits for a reply.
        drafts: lines typed and not confirmed.
        past: looks at what was said before.
        search: finds it by its words.
        arrivals: shows what stands in rooms as they come into view.
        marks: tells the server what has been read.
        identity: proves who the person is.
        commands: the server's slash commands.
        online: whether the server has welcomed this connection.
        welcomes: how often it has welcomed one.
        asks_nick: the server refused the nick; ``rename`` gives another.
        ending: set when it is over for good.
        line_limit: the longest request, in bytes; 0 while unknown.
        token: what the user is resumed with.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.hearing = Hearing(profile.nick, profile.highlight)
        self.replies = Replies()
        self.drafts = Drafts(self.replies.next_id)
        self.past = Past(self)
        self.search = Search(self)
        self.arrivals = Arrivals(self)
        self.marks = Marks(self)
        self.identity = Identity(self)
        self.commands: tuple[CommandInfo, ...] = ()
        self.online = False
        self.welcomes = 0
        self.asks_nick = False
        self.ending: Ending | None = None
        self.token = ""
        self.doubtful: list[Draft] = []
        self.line_limit = 0
        self._pace: tuple[float, float] | None = None
        self._joining: set[str] = set()
        self._alike = ""
        self._requests: list[Request] = []

    @property
    def nick(self) -> str:
        """The nick the person has, or wants."""
        return self.hearing.nick

    @property
    def rooms(self) -> Rooms:
        """The joined rooms."""
        return self.hearing.rooms

    # What the connection does

    def connected(self) -> None:
        """A connection is made: introduce the person."""
        hello: Request = {"type": "hello", "versions": [1], "nick": self.nick}
        hello["client"] = self.profile.client
        if self.profile.device:
            hello["device"] = self.profile.device
        hello |= self.identity.claims
        rooms = self._wanted_rooms()
        if rooms is not None:
            hello["rooms"] = rooms
        if not self.profile.grace:
            hello["grace"] = False
        if self.token and self.profile.grace:
            hello["resume"] = {"token": self.token, "after": self.hearing.last or None}
        self.ask(hello, Welcome(self).answered)

    def lost(self) -> None:
        """The connection is gone: settle what cannot wait for the next one."""
        self.online = False
        self.replies.lost(UNANSWERED)
        self._requests.clear()
        self._joining.clear()
        self.hearing.lost()
        self.marks.lost()
        for draft in self.drafts.broken():
            self._doubt(draft)
        for draft in self.drafts.drop():
            self.show(Settled(draft, "The connection broke before it could be sent."))

    def received(self, obj: Request) -> None:
        """Take in one object from the server."""
        receive(self, obj)

    def take(self, now: float) -> tuple[list[Item], list[Request]]:
        """What is to be shown and to be sent now."""
        if self._pace is not None:
            self.drafts.opened(*self._pace, now)
            self._pace = None
        if self.online:
            self.arrivals.begin()
            self._requests += self.drafts.due(now)
        items, self.hearing.items = self.hearing.items, []
        self.marks.note(items, now)
        self._requests += self.marks.due(now)
        requests, self._requests = self._requests, []
        return items, requests

    def wait(self, now: float) -> float | None:
        """Seconds until ``take`` has something to send; None while nothing waits for its time."""
        waits = [self.drafts.wait(now), self.marks.wait(now)]
        return min((wait for wait in waits if wait is not None), default=None)

    # What the person does

    def say(self, text: str, number: int = 0) -> None:
        """Say a line in the current room; without a connection it waits for one."""
        room = self.rooms.current
        if room is None:
            why = "/join ROOM first." if self.welcomes else "There is no connection yet."
            self.show(Settled(Draft(text, {}, number=number), f"You are in no room. {why}"))
            return
        request = {"type": "say", "room": f"#{room.name}", "text": text}
        self._draft(Draft(text, request, room.name, keep=True, number=number))

    def command(self, text: str, number: int = 0) -> None:
        """Have the server carry out a slash command."""
        room = self.rooms.current
        request: Request = {"type": "command", "text": text}
        if room is not None:
            request["room"] = f"#{room.name}"
        draft = Draft(text, request, room.name if room else "", number=number)
        if self.online:
            self._draft(draft)
        else:
            self.show(Settled(draft, "There is no connection just now."))

    def join(self, name: str, password: str = "") -> None:
        """Go to a room: a joined one becomes current, any other is joined first."""
        if self.rooms.find(name) is not None:
            self.switch(name)
        elif not self.online:
            self.remark(f"Not joined: #{key(name)}. There is no connection just now.", Tone.ERROR)
        else:
            self._join(name, password)

    def switch(self, name: str) -> None:
        """Make a joined room the current one, and say so."""
        room = self.rooms.switch(name)
        if room is not None:
            self.remark(f"You are now talking in {describe(room)}.")

    def rename(self, nick: str) -> None:
        """Try another nick after the server refused one."""
        self.asks_nick = False
        self.hearing.nick = nick
        self.connected()

    def quit(self, reason: str = "") -> None:
        """Say goodbye."""
        request: Request = {"type": "quit"}
        if reason:
            request["reason"] = reason
        self._requests += self.marks.all()
        self.ask(request, lambda _reply: None)

    def adapt(self, profile: Profile) -> None:
        """The person's choices have changed."""
        self.profile = profile
        self.hearing.highlight = profile.highlight

    def unsent(self) -> list[Settled]:
        """All lines without a confirmation, for a last account of them."""
        sent = [draft for draft in (*self.doubtful, *self.drafts.broken()) if not draft.heard]
        kept = self.drafts.drop(also_kept=True)
        return [
            *(Settled(draft, UNANSWERED, doubtful=True) for draft in sent),
            *(Settled(draft, "It was not sent before the end.") for draft in kept),
        ]

    # For the parts of the conversation

    def show(self, item: Item) -> None:
        """Have an item shown."""
        self.hearing.items.append(item)

    def remark(self, text: str, tone: Tone = Tone.CLIENT) -> None:
        """Have a line of the client's own shown."""
        self.show(Remark(text, tone))

    def send(self, request: Request) -> None:
        """Send a request whose answer does not matter."""
        self._requests.append(request)

    def ask(self, request: Request, on_reply: Reply, on_part: Reply | None = None) -> None:
        """Send a request; its reply goes to ``on_reply``, what comes before that to ``on_part``."""
        self._requests.append(self.replies.expect(request, on_reply, on_part))

    def set_pace(self, rate: float, burst: float) -> None:
        """The server's pace for lines that speak."""
        self._pace = (rate, burst)

    def is_joining(self, room: str) -> bool:
        """Whether the person asked here to join that room and has no answer yet."""
        return key(room) in self._joining

    # Inside

    def _draft(self, draft: Draft) -> None:
        # The server could not say which request it means: it does not read a line that is too long.
        if self.line_limit and len(to_line({**draft.request, "id": 10**9})) > self.line_limit:
            self.show(Settled(draft, "It is longer than the server takes. Say it in parts."))
        elif not self.drafts.add(draft):
            self.show(Settled(draft, "Too many lines wait to be sent already."))

    def _doubt(self, draft: Draft) -> None:
        if draft.heard:
            self.show(Settled(draft))
        elif draft.keep:
            self.doubtful.append(draft)
        else:
            self.show(Settled(draft, UNANSWERED, doubtful=True))

    def _wanted_rooms(self) -> list[str] | None:
        if self.welcomes:
            return [f"#{room.name}" for room in self.rooms]
        wanted = self.profile.rooms
        return None if wanted is None else [f"#{room.removeprefix('#')}" for room in wanted]

    def _join(self, name: str, password: str) -> None:
        request: Request = {"type": "join", "room": f"#{name.removeprefix('#')}"}
        if password:
            request["password"] = password
        if key(name) == self._alike:
            request["confirm"] = True
        self._joining.add(key(name))
        self.ask(request, partial(self._joined, name))

    def _joined(self, name: str, reply: Request) -> None:
        self._joining.discard(key(name))
        if reply.get("type") == "error":
            self._alike = key(name) if reply.get("code") == "looks-alike" else ""
            self.remark(str(reply.get("text", "")), Tone.ERROR)
        else:
            Welcome(self).entered(reply["room"])

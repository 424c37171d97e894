"""A server's side of the wire protocol, as far as the client's tests need it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from zope.interface import implementer

from twistedchat.client.conversation import Conversation
from twistedchat.client.items import Item, Request, Tone
from twistedchat.client.profile import Profile

Object = dict[str, Any]


class Script:
    """Plays the server for one conversation and keeps what it was sent and what was shown."""

    def __init__(self, profile: Profile) -> None:
        self.talk = Conversation(profile)
        self.sent: list[Request] = []
        self.shown: list[Item] = []
        self.now = 0.0

    def pump(self) -> list[Request]:
        """Take what the conversation has; the new requests."""
        items, requests = self.talk.take(self.now)
        self.shown += items
        self.sent += requests
        return requests

    def connect(self, **welcome: Any) -> list[Request]:
        """Connect and welcome; the requests that follow the welcome."""
        self.talk.connected()
        hello = self.pump()[-1]
        return self.give({**_welcome(hello), **welcome})

    def give(self, *objects: Object) -> list[Request]:
        """Send objects to the client; the requests it answers with."""
        before = len(self.sent)
        for obj in objects:
            self.talk.received(obj)
            self.pump()
        return self.sent[before:]

    def break_off(self) -> None:
        """Lose the connection."""
        self.talk.lost()
        self.pump()

    def fresh(self) -> list[Item]:
        """What was shown since the last call."""
        self.pump()
        shown, self.shown = self.shown, []
        return shown


def _welcome(hello: Request) -> Object:
    return {
        "type": "welcome",
        "id": hello["id"],
        "version": 1,
        "server": {"name": "chat.example.org"},
        "nick": hello["nick"],
        "token": "secret",
        "resumed": False,
        "limits": {"line": 32768, "rate": 5, "burst": 20},
        "rooms": [state()],
        "commands": [
            {"name": "msg", "aliases": ["m"], "usage": "NICK TEXT"},
            {"name": "who", "aliases": ["names"], "usage": "[ROOM]"},
            {"name": "telnet"},
        ],
        "motd": [],
    }


def state(name: str = "#lobby", latest: str | None = None, **more: Any) -> Object:
    """A room state."""
    members = [{"nick": "ada"}, {"nick": "bob"}]
    room = {"name": name, "topic": None, "count": 2, "members": members, "latest": latest}
    return {**room, **more}


def said(number: int, text: str, nick: str = "bob", room: str = "#lobby", **more: Any) -> Object:
    """A line that was said; the number gives its id and its time."""
    return {
        "type": "said",
        "msgid": f"{number:026}",
        "time": f"2026-11-23T12:{number // 60 % 60:02}:{number % 60:02}.000Z",
        "room": room,
        "nick": nick,
        "text": text,
        **more,
    }


@pytest.fixture
def script() -> Script:
    """A conversation of ada's, without backlog."""
    return Script(Profile("ada", backlog=0))


@pytest.fixture
def make_script() -> Callable[..., Script]:
    """Make a conversation with a profile of one's own."""
    return lambda **profile: Script(Profile(**{"nick": "ada", "backlog": 0, **profile}))


@pytest.fixture(name="said")
def said_fixture() -> Callable[..., Object]:
    """Make a said line."""
    return said


@pytest.fixture(name="state")
def state_fixture() -> Callable[..., Object]:
    """Make a room state."""
    return state


@implementer(IStreamClientEndpoint)
class Door:
    """Where connections are made, or not, by the test."""

    def __init__(self) -> None:
        self.attempts: list[tuple[Any, Deferred[Any]]] = []
        self.protocol: Any = None
        self.transport = StringTransport()

    def connect(self, factory: Any) -> Deferred[Any]:
        waiting: Deferred[Any] = Deferred()
        self.attempts.append((factory, waiting))
        return waiting

    def let_in(self) -> None:
        factory, waiting = self.attempts[-1]
        self.protocol = factory.buildProtocol(None)
        self.transport = StringTransport()
        self.protocol.makeConnection(self.transport)
        waiting.callback(self.protocol)

    def refuse(self, error: Exception) -> None:
        self.attempts[-1][1].errback(Failure(error))

    def give(self, **obj: Any) -> None:
        self.protocol.dataReceived(json.dumps(obj).encode() + b"\n")

    def welcome(self, **more: Any) -> None:
        hello = self.sent()[0]
        rooms = [{"name": "#lobby", "members": [], "count": 0}]
        limits = {"rate": 1, "burst": 2}
        reply = {"type": "welcome", "id": hello["id"], "nick": "ada", "rooms": rooms}
        self.give(**{**reply, "limits": limits, "token": "t", **more})

    def drop(self, error: Exception | None = None) -> None:
        self.protocol.connectionLost(Failure(error or ConnectionDone()))

    def sent(self) -> list[Any]:
        return [json.loads(line) for line in self.transport.value().splitlines()]


class Way:
    def __init__(self) -> None:
        self.door = Door()

    def open(self, _reactor: object) -> tuple[Any, None]:
        return self.door, None

    def __str__(self) -> str:
        return "here:5000"


@pytest.fixture
def way() -> Way:
    """A way to a server that the test plays."""
    return Way()


class Teller:
    """Where a part of the desk tells and asks."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.questions: list[tuple[str, Any]] = []
        self.hidden: list[bool] = []

    def tell(self, text: str, tone: Tone = Tone.CLIENT) -> None:
        self.told.append(text)

    def ask(self, question: str, answered: Any, *, hidden: bool = False) -> None:
        self.questions.append((question, answered))
        self.hidden.append(hidden)

    def answer(self, text: str) -> None:
        self.questions.pop(0)[1](text)


@pytest.fixture
def teller() -> Teller:
    """Where a part of the desk tells and asks."""
    return Teller()

"""People with accounts, in rooms that belong to them."""

import pytest

from twistedchat.core import intents
from twistedchat.core.errors import ChatError
from twistedchat.core.names import prepare_nick, prepare_room
from twistedchat.testing import connect, enter, ignore_outcome, make_chat, run


class House:
    """A chat, and ways to say in few words what people want there.

    What is refused is given back as "code: sentence", what happened as a list of events.
    """

    def __init__(self, **bounds):
        self.chat = make_chat(**bounds)
        self.state = self.chat.state

    def comes(self, nick, *rooms, account="", **connection):
        """Somebody comes in, the owner of an account or a guest."""
        session = enter(self.chat, nick, **connection)
        if account:
            self.state.owned.give(prepare_nick(nick), account)
            self.state.set_account(session.user, account)
        for room in rooms:
            run(self.chat.join(session, room))
        return session

    def goes(self, session):
        self.chat.disconnect(session, "bye")

    def wants(self, session, kind, *values, **named):
        """Have an intent of a session's user settled."""
        intent = kind(session.user.id, *values, **named)
        try:
            return [event for event, _ in run(self.chat.ask(session, intent))]
        except ChatError as error:
            return f"{error.code}: {error}"

    def settles(self, session, intent):
        """Have any intent settled; the facts."""
        return run(self.chat.ask(session or connect(self.chat), intent))

    def joins(self, session, room, proved=""):
        return self.wants(session, intents.Join, prepare_room(room), proved)

    def says(self, session, room, text):
        return self.wants(session, intents.Say, room, text)

    def sets(self, session, room, setting, **changed):
        return self.wants(session, intents.SetRoom, room, setting, tuple(changed.items()))

    def gives(self, session, room, nick, role):
        return self.wants(session, intents.SetRole, room, nick, "" if role == "none" else role)

    def elevates(self, session):
        self.wants(session, intents.Elevate)

    def speak(self, session, room, text):
        self.chat.say(session, room, text, ignore_outcome)


@pytest.fixture
def house():
    return House()


@pytest.fixture
def make_house():
    return House


@pytest.fixture
def ada(house):
    """The founder of #ops."""
    ada = house.comes("ada", "ops", account="A")
    house.wants(ada, intents.RegisterRoom, "ops")
    return ada


@pytest.fixture
def bob(house, ada):
    """Somebody else in it, with an account."""
    return house.comes("bob", "ops", account="B")


@pytest.fixture
def eve(house, ada):
    """A guest in it."""
    return house.comes("eve", "ops", cloak="evecloak")


@pytest.fixture
def ops(house, ada):
    return house.state.rooms["ops"]

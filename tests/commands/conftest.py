"""People who give commands, and a front that writes down what they are answered."""

from datetime import UTC

import pytest

from twistedchat.commands import COMMANDS, Context
from twistedchat.core.errors import ChatError
from twistedchat.core.events import Notice
from twistedchat.testing import enter, heard, make_chat, run


class Front:
    """A door that remembers."""

    def __init__(self, person):
        self.person = person
        self.notices, self.shown, self.lines, self.did = [], [], [], []
        self.password = "secret"
        self.asked, self.hides = None, False
        self.zone = UTC

    def tell(self, notice):
        self.notices.append(notice)

    async def pour(self, lines):
        for one in lines:
            if one is not None:
                (self.notices if isinstance(one, Notice) else self.shown).append(one)
                self.lines.append(one)

    async def show(self, lines):
        self.shown += lines

    def ask(self, question, answer):
        self.notices.append(Notice(question))
        self.asked = answer
        return self.hides

    @property
    def hidden(self):
        return self.hides

    def settings(self):
        yield "bell", self.person.bell, "on, off"
        yield "theme", "none", "none, dark"

    def change(self, name, value):
        if name != "bell":
            raise ChatError("no")
        self.person.bell = value

    def clear(self):
        self.did.append("clear")

    def negotiate(self):
        self.did.append("negotiate")

    def quit(self, reason):
        self.did.append(("quit", reason))

    async def is_operator(self, name, password):
        return (name, password) == ("ada", self.password)


class Person:
    """Somebody who types commands and hears what happens."""

    def __init__(self, chat, nick, *rooms):
        self.chat = chat
        self.session = enter(chat, nick, *rooms)
        self.bell = "on"
        self.front = Front(self)

    def type(self, line):
        """Give a command; what the answers say, or the refusal."""
        self.front.notices.clear()
        try:
            run(COMMANDS.run(Context(self.chat, self.session, self.front), line))
        except ChatError as error:
            return [f"{error.code}: {error}"]
        return [notice.text for notice in self.front.notices]

    def enter(self, answer):
        """Answer what was asked; what is said to that."""
        self.front.notices.clear()
        asked, self.front.asked = self.front.asked, None
        try:
            run(asked(answer))
        except ChatError as error:
            return [f"{error.code}: {error}"]
        return [notice.text for notice in self.front.notices]

    def hears(self):
        """The names of what happened since the last time."""
        self.chat.clock.turn()
        return [type(one).__name__ for one in heard(self.session)]


@pytest.fixture
def chat():
    """A chat in memory."""
    return make_chat()


@pytest.fixture
def ada(chat):
    """The operator of #lobby."""
    return Person(chat, "ada", "lobby")


@pytest.fixture
def bob(chat, ada):
    """Somebody else in it."""
    bob = Person(chat, "bob", "lobby")
    ada.hears()
    return bob


@pytest.fixture
def arrive(chat):
    """Lets more people come in."""
    return lambda nick, *rooms: Person(chat, nick, *rooms)

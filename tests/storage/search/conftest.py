"""What the tests of search share: a database and an index, on one connection for finding."""

from contextlib import closing

import pytest

from twistedchat.core.ids import encode
from twistedchat.core.records import MessageKind, MessageRecord
from twistedchat.storage import sqlite
from twistedchat.storage.search import finding, index

START = 1_800_000_000.0


class Library:
    """A database with its index."""

    def __init__(self, files, database, fed, finder):
        self.files = files
        self.database = database
        self.index = fed
        self.finder = finder

    def feed(self):
        while index.feed(self.database, self.index):
            pass


@pytest.fixture
def library(files):
    with closing(sqlite.connect(files.database)) as database:
        index.prepare(files.search, database)
        fed, finder = sqlite.connect(files.search), sqlite.connect(files.database)
        with closing(fed), closing(finder):
            finding.attach(finder, files.search)
            yield Library(files, database, fed, finder)


@pytest.fixture
def say():
    """Makes the message that is said so many seconds after the start."""

    def make(number, text, place="lobby", nick="ada"):
        id_ = encode(int((START + number) * 1000), 10) + encode(0, 5) + "Z" * 11
        kind = MessageKind.SAID
        return MessageRecord(id_, START + number, place, kind, nick, "", text)

    return make

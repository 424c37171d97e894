"""What the tests of the storage share: a prepared data directory, messages, a stand-in reactor."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from twistedchat.core.ids import encode
from twistedchat.core.records import (
    AccountRecord,
    MessageKind,
    MessageRecord,
    RoomRecord,
)
from twistedchat.storage import schema, sqlite
from twistedchat.storage.files import DataFiles

PATIENCE = 20.0
START = 1_800_000_000.0


class Mailbox:
    """Stands in for the reactor: calls from threads wait here until the test carries them out."""

    def __init__(self):
        self.calls = queue.Queue()

    def __call__(self, function, *arguments):
        self.calls.put((function, arguments))

    def until(self, condition):
        """Carry out what comes until something is the case."""
        while not condition():
            function, arguments = self.calls.get(timeout=PATIENCE)
            function(*arguments)

    def answer(self, deferred):
        """What a Deferred is fired with; a failure is raised."""
        results: list[Any] = []
        deferred.addBoth(results.append)
        self.until(lambda: results)
        if hasattr(results[0], "raiseException"):
            results[0].raiseException()
        return results[0]


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture(scope="session")
def _made_database(tmp_path_factory) -> Path:
    files = DataFiles(tmp_path_factory.mktemp("made"))
    schema.prepare(files)
    return files.database


@pytest.fixture
def files(tmp_path, _made_database) -> DataFiles:
    """A data directory with an empty database."""
    files = DataFiles(tmp_path / "data")
    files.directory.mkdir(mode=0o700)
    files.database.write_bytes(_made_database.read_bytes())
    with opened(files.database) as connection:
        sqlite.use_wal(connection)
    return files


@contextmanager
def opened(path):
    connection = sqlite.connect(path)
    try:
        yield connection
    finally:
        connection.close()


@pytest.fixture
def connection(files) -> Iterator[Any]:
    """A connection to an empty database."""
    with opened(files.database) as made:
        yield made


def _id(number: int) -> str:
    """The id of the message that is said so many seconds after the start."""
    return encode(int((START + number) * 1000), 10) + encode(0, 5) + "Z" * 11


def _said(number: int, text: str = "hello", place: str = "lobby", **fields: Any) -> MessageRecord:
    given = {"nick": "ada", "account": "A", "kind": MessageKind.SAID, **fields}
    return MessageRecord(_id(number), START + number, place, text=text, **given)


def _account(id_: str = "A", nick: str = "ada", **fields: Any) -> AccountRecord:
    return AccountRecord(id_, nick, nick.casefold(), START, START, **fields)


def _room(key: str = "lobby", **fields: Any) -> RoomRecord:
    return RoomRecord(key, key.title(), "A", START, **fields)


@pytest.fixture
def id_of() -> Callable[[int], str]:
    return _id


@pytest.fixture
def said() -> Callable[..., MessageRecord]:
    return _said


@pytest.fixture
def account() -> Callable[..., AccountRecord]:
    return _account


@pytest.fixture
def room() -> Callable[..., RoomRecord]:
    return _room


@pytest.fixture
def in_thread() -> Iterator[Callable[[Callable[[], None]], threading.Thread]]:
    """Runs something in a thread, which must have ended when the test does."""
    threads = []

    def start(run: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=run, daemon=True)
        threads.append(thread)
        thread.start()
        return thread

    yield start
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()

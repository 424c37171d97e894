"""What is stored about somebody or a room, as JSON lines."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from twistedchat.admin.command import Ask, Command, Refused, files_of
from twistedchat.core.names import prepare_nick, prepare_room
from twistedchat.storage.files import create_private

if TYPE_CHECKING:
    from sqlalchemy import Connection


def _export(given: Namespace, _: Ask) -> str:
    from twistedchat.storage import upkeep

    with upkeep.opened(files_of(given)) as connection:
        entries = _entries(connection, given.name)
        first = next(entries, None)
        if first is None:
            raise Refused(f"Nothing is stored of {given.name}. Look at how it is written.")
        with _written(given.output) as out:
            count = _write(out, chain((first,), entries))
    return f"{given.output} has {count} entries about {given.name}." if given.output else ""


def _entries(connection: "Connection", name: str) -> Iterator[dict[str, Any]]:
    from twistedchat.storage import exporting, reading
    from twistedchat.storage.room_exporting import export_room

    if name.startswith("#"):
        return export_room(connection, prepare_room(name).key)
    account = reading.account_named(connection, prepare_nick(name, reserved=frozenset()).key)
    return exporting.export(connection, account.id) if account else iter(())


def _write(out: BinaryIO, entries: Iterable[dict[str, Any]]) -> int:
    count = 0
    for entry in entries:
        out.write(f"{json.dumps(entry, ensure_ascii=False)}\n".encode())
        count += 1
    return count


@contextmanager
def _written(path: Path | None) -> Iterator[BinaryIO]:
    """A new file that is there entirely or not at all, readable by its owner; else stdout."""
    if path is None:
        yield sys.stdout.buffer
        return
    if path.exists():
        raise Refused(f"{path} exists already. Choose another name.")
    part = path.with_name(f"{path.name}.part")
    try:
        create_private(part)
        with part.open("wb") as file:
            yield file
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _declare(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the nick of an account, or '#room'")
    parser.add_argument(
        "--output", metavar="FILE", type=Path,
        help="a file that is not there yet; without it everything goes to the standard output",
    )  # fmt: skip


COMMANDS = (
    Command(
        "export",
        "write everything that is stored of an account or a room as JSON lines",
        _export,
        "One JSON object a line; its type says what it is: account, proof, room, role, ban, mute,\n"
        "read (a position) or message. Passwords are left out. A server may run. A room's name\n"
        "needs quotes in a shell: '#lobby'.\n\n"
        "example: twistedchat-admin export ada --output ada.jsonl",
        _declare,
    ),
)

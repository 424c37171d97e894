"""Backups of the data directory, and looking after it."""

import argparse
import re
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from twistedchat.admin.command import Ask, Command, Refused, files_of

_DATED = re.compile(r"chat-\d{8}T\d{6}Z\.sqlite")
_UNFINISHED = re.compile(rf"{_DATED.pattern}\.part")


def _backup(given: Namespace, _: Ask) -> str:
    from twistedchat.storage import upkeep

    target: Path = given.target
    collected = target.is_dir()
    if given.keep and not collected:
        raise Refused(f"--keep needs a directory for the copies, and {target} is none. Make it.")
    if collected:
        target /= f"chat-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.sqlite"
    upkeep.back_up(files_of(given), target)
    gone = _thin_out(target.parent, given.keep) if given.keep else 0
    older = f" Older copies that were deleted: {gone}." if gone else ""
    return f"{target} is a sound copy, {_size(target)}.{older}"


def _thin_out(directory: Path, keep: int) -> int:
    """Delete the oldest copies that were made here; how many those were."""
    copies = sorted(path for path in directory.iterdir() if _DATED.fullmatch(path.name))
    for path in copies[:-keep]:
        path.unlink()
    # One that is not whole has lost its maker if a later one is.
    for path in directory.iterdir():
        if _UNFINISHED.match(path.name) and path.name < copies[-1].name:
            path.unlink()
    return len(copies[:-keep])


def _restore(given: Namespace, _: Ask) -> str:
    from twistedchat.storage import upkeep

    old = upkeep.restore(files_of(given), given.backup)
    kept = f" What was there before is {old}; delete it when all is well." if old else ""
    return f"{given.backup} is in place in {given.data}.{kept} The server can be started."


def _check(given: Namespace, _: Ask) -> str:
    from twistedchat.storage import upkeep

    files = files_of(given)
    if found := upkeep.check(files):
        raise Refused(_damage(files.database, found, "Stop the server and restore a backup."))
    if found := upkeep.check_index(files):
        raise Refused(_damage(files.search, found, "Stop the server and run reindex."))
    had, size = upkeep.contents(files), _size(files.database)
    if had is None:
        return f"{files.database} is sound, of another version than this program, {size}."
    return (
        f"{files.database} is sound: accounts {had.accounts}, rooms that last {had.rooms},"
        f" messages {had.messages}, {size}."
    )


def _damage(path: Path, found: list[str], what: str) -> str:
    return "\n  ".join((f"{path} is damaged. {what} It was found that", *found))


def _compact(given: Namespace, _: Ask) -> str:
    from twistedchat.storage import upkeep

    files = files_of(given)
    before = _size(files.database) if files.database.exists() else ""
    upkeep.compact(files)
    return f"{files.database} is compact: {before} before, {_size(files.database)} now."


def _reindex(given: Namespace, _: Ask) -> str:
    from twistedchat.storage import upkeep

    upkeep.reindex(files_of(given))
    return "The search index is gone. The server makes a new one, in the background, at its start."


def _size(path: Path) -> str:
    mebibytes = path.stat().st_size / (1 << 20)
    return f"{mebibytes:.1f} MiB"


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def _declare_backup(parser: ArgumentParser) -> None:
    parser.add_argument(
        "target", metavar="TARGET", type=Path,
        help="the copy, a file that is not there yet; or a directory, in which it gets the"
        " date as its name: chat-20261123T030000Z.sqlite",
    )  # fmt: skip
    parser.add_argument(
        "--keep", metavar="NUMBER", type=_count,
        help="how many dated copies stay in the directory: the oldest are deleted once the new"
        " one is there and sound",
    )  # fmt: skip


def _declare_restore(parser: ArgumentParser) -> None:
    parser.add_argument("backup", metavar="BACKUP", type=Path, help="the copy, which stays")


COMMANDS = (
    Command(
        "backup",
        "copy all that lasts into one file, also while the server runs",
        _backup,
        "The copy is of one moment, is looked through, and takes its name when it is whole.\n"
        "Accounts, rooms, messages and read positions are in it; the search index is not: it\n"
        "is made from them. Keep it on another disk, and as secret as the data directory:\n"
        "it has all messages. cloak.key and certificates lie beside it and are copied by hand.\n\n"
        "example: twistedchat-admin backup --data /var/lib/twistedchat --keep 14 /var/backups/chat",
        _declare_backup,
    ),
    Command(
        "restore",
        "put a backup in the place of the database; the server must not run",
        _restore,
        "The backup is looked through first. What was there before stays beside it.\n\n"
        "example: twistedchat-admin restore --data /var/lib/twistedchat"
        " chat-20261123T030000Z.sqlite",
        _declare_restore,
    ),
    Command(
        "check",
        "look whether the database and the search index are sound, also while the server runs",
        _check,
        "Reads all of it and changes nothing. With status 1 it says what is damaged.",
    ),
    Command(
        "compact",
        "give the room of what was deleted back to the disk; the server must not run",
        _compact,
        "Needs as much free room for a while as the database has. A server uses that room again\n"
        "by itself, so this is for once, after very much has been deleted.",
    ),
    Command(
        "reindex",
        "have the search index made anew; the server must not run",
        _reindex,
        "Nothing is lost: the index is made from the database, in the background, by the next\n"
        "server. Until it is done searches say how much they have not seen yet.",
    ),
)

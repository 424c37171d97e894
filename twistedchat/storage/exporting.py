"""Everything that is stored about an account, as its owner may have it, page by page."""

from collections.abc import Iterator

from sqlalchemy import Connection, select
from sqlalchemy.sql.expression import bindparam

from twistedchat.core.exporting import Entry, entry
from twistedchat.core.records import ExportPage, Saved
from twistedchat.storage import reading, rows, tables

# About so many messages are in a page.
SLICE = 200

_FOUNDED = select(tables.rooms).where(tables.rooms.c.founder == bindparam("account"))
_MET = select(tables.sentences).where(tables.sentences.c.users.contains(bindparam("quoted")))


def export(connection: Connection, account: str) -> Iterator[Entry]:
    """What is stored about an account, one JSON-able entry after the other."""
    cursor: str | None = ""
    while cursor is not None:
        found = page(connection, account, cursor)
        yield from found.entries
        cursor = found.next


def page(connection: Connection, account: str, cursor: str) -> ExportPage:
    """Some of it: what belongs to the account, what it said, what others told it in private.

    Args:
        connection: to the database.
        account: whose.
        cursor: "", or where the last page said that the next one begins.
    """
    stage, _, rest = cursor.partition(" ")
    if stage == "said":
        return _said(connection, account, rest)
    if stage == "told":
        return _told(connection, account, rest)
    return _belongings(connection, account)


def _belongings(connection: Connection, account: str) -> ExportPage:
    record = reading.account_with(connection, account)
    if record is None:
        return ExportPage((), None)
    values = {"account": account, "quoted": f'"{account}"'}
    found: list[Saved] = [
        record,
        *reading.proofs_of(connection, account),
        *map(rows.to_room, connection.execute(_FOUNDED, values)),
        *reading.roles_of(connection, account),
        *map(rows.to_sentence, connection.execute(_MET, values)),
        *reading.positions_of(connection, account),
    ]
    return _page(found, "said ")


def _said(connection: Connection, account: str, last: str) -> ExportPage:
    said = reading.written_by(connection, account, last, SLICE)
    return _page(said, f"said {said[-1].id}" if len(said) == SLICE else "told ")


def _told(connection: Connection, account: str, rest: str) -> ExportPage:
    """What others said to the account, one conversation behind the other."""
    last, _, begun = rest.partition(" ")
    found: list[Saved] = []
    looked = 0
    for place in sorted(reading.conversations_of(connection, account)):
        if place < begun:
            continue
        after = last if place == begun else ""
        told = reading.after(connection, place, after, SLICE).messages
        found += (one for one in told if one.account != account)
        looked += len(told)
        if looked >= SLICE:
            return _page(found, f"told {told[-1].id} {place}")
    return _page(found, None)


def _page(records: list[Saved] | tuple[Saved, ...], following: str | None) -> ExportPage:
    return ExportPage(tuple(map(entry, records)), following)

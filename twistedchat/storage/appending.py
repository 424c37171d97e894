"""The one statement that is carried out all day, so that SQLite has as little to do as it can.

Rows are bound as values: SQLite takes twice as long to read them from JSON. Each statement takes
one of the powers of two that the number of rows is made of: statements of so few sizes stay
prepared. As in ``bulk``, another database has its counterpart.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.sqlite import dialect, insert

from twistedchat.storage.sqlite import driver_of

MOST_ROWS = 1024


class Append:
    """Writes rows; those whose key is there already are passed over.

    Args:
        table: where; what the database numbers by itself is left to it.
    """

    def __init__(self, table: Table) -> None:
        columns = [c for c in table.columns if c is not table.autoincrement_column]
        one = insert(table).values({c.name: None for c in columns}).on_conflict_do_nothing()
        self._for_one = str(one.compile(dialect=dialect()))
        self._row = f"({', '.join('?' * len(columns))})"
        self._statements: dict[int, str] = {}

    def __call__(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows, with their cells in the order of the table's columns."""
        driver = driver_of(connection)
        start = 0
        while start < len(rows):
            count = min(MOST_ROWS, 1 << ((len(rows) - start).bit_length() - 1))
            cells = list(chain.from_iterable(rows[start : start + count]))
            driver.execute(self._for(count), cells)
            start += count

    def _for(self, count: int) -> str:
        statement = self._statements.get(count)
        if statement is None:
            many = ", ".join([self._row] * count)
            statement = self._statements[count] = self._for_one.replace(self._row, many)
        return statement

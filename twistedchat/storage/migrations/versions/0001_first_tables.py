"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _time(name: str) -> "sa.Column[float]":
    return sa.Column(name, sa.Float(), nullable=False)


def _yes(name: str) -> "sa.Column[bool]":
    return sa.Column(name, sa.Boolean(), nullable=False)


def _table(name: str, keys: str, *columns: Any, **options: Any) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*keys.split()), **options)


def _goes_with(column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [parent], ondelete="CASCADE")


def upgrade() -> None:
    """Make all tables."""
    _table("about", "key", _text("key"), _text("value"))
    _accounts()
    _rooms()
    _messages()


def _accounts() -> None:
    _table(
        "accounts",
        "id",
        *(_text("id"), _text("nick"), _text("key"), _time("created"), _time("seen")),
        *(_text("settings"), _text("flags")),
        sa.UniqueConstraint("key"),
    )
    _table(
        "proofs",
        "account kind value",
        *(_text("account"), _text("kind"), _text("value"), _text("label"), _time("created")),
        _goes_with("account", "accounts.id"),
    )
    op.create_index("proofs_by_value", "proofs", ["kind", "value"], unique=True)


def _rooms() -> None:
    _table(
        "rooms",
        "key",
        *(_text("key"), _text("name"), _text("founder"), _time("created")),
        sa.Column("topic", sa.Text()),
        sa.Column("topic_by", sa.Text()),
        sa.Column("topic_at", sa.Float()),
        *(_yes("private"), _text("password"), _yes("invite_only"), _yes("moderated")),
        sa.Column("slow", sa.Float(), nullable=False),
        sa.Column("keep_seconds", sa.Integer()),
        sa.Column("keep_count", sa.Integer()),
        _text("filtered"),
    )
    _table(
        "roles",
        "room account",
        *(_text("room"), _text("account"), _text("role")),
        _goes_with("room", "rooms.key"),
        _goes_with("account", "accounts.id"),
    )
    op.create_index("ix_roles_account", "roles", ["account"])
    _table(
        "sentences",
        "room kind key",
        *(_text("room"), _text("kind"), _text("key"), _text("who"), _text("by"), _text("id")),
        _time("at"),
        sa.Column("until", sa.Float()),
        *(_text("reason"), _text("users"), _text("pattern"), _yes("wild"), _yes("on_cloaks")),
        *(_text("cloaks"), _text("author")),
        _goes_with("room", "rooms.key"),
    )


def _messages() -> None:
    _table(
        "messages",
        "number",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        *(_text("id"), _time("at"), _text("place"), _text("kind"), _text("nick")),
        *(_text("account"), _text("text"), _text("to")),
        sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("messages_by_place", "messages", ["place", "id"])
    has_account = sa.text("account <> ''")
    op.create_index(
        "messages_by_account",
        "messages",
        ["account", "id"],
        sqlite_where=has_account,
        postgresql_where=has_account,
    )
    _table("conversations", "account place", _text("account"), _text("place"))
    _table(
        "reads",
        "account device place",
        *(_text("account"), _text("device"), _text("place"), _text("id")),
        _goes_with("account", "accounts.id"),
    )
    _table("pruned", "place", _text("place"), _text("id"), _time("at"))
    _table("erased", "number", sa.Column("number", sa.Integer(), autoincrement=False))
    _table("forgotten", "account", _text("account"))

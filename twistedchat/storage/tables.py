"""The tables as the newest migration leaves them; times are seconds since 1970."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    false,
    select,
    text,
)

metadata = MetaData()


def _text(name: str, *, key: bool = False, unique: bool = False) -> "Column[str]":
    return Column(name, Text, primary_key=key, unique=unique or None, nullable=False)


def _time(name: str) -> "Column[float]":
    return Column(name, Float, nullable=False)


def _yes(name: str) -> "Column[bool]":
    return Column(name, Boolean, nullable=False)


def _of(name: str, parent: str, *, index: bool = False) -> "Column[str]":
    goes = ForeignKey(parent, ondelete="CASCADE")
    return Column(name, Text, goes, primary_key=True, nullable=False, index=index or None)


about = Table("about", metadata, _text("key", key=True), _text("value"))

accounts = Table(
    "accounts",
    metadata,
    _text("id", key=True),
    _text("nick"),
    _text("key", unique=True),
    _time("created"),
    _time("seen"),
    _text("settings"),
    _text("flags"),
)

proofs = Table(
    "proofs",
    metadata,
    _of("account", "accounts.id"),
    _text("kind", key=True),
    _text("value", key=True),
    _text("label"),
    _time("created"),
    Index("proofs_by_value", "kind", "value", unique=True),
)

rooms = Table(
    "rooms",
    metadata,
    _text("key", key=True),
    _text("name"),
    _text("founder"),
    _time("created"),
    Column("topic", Text),
    Column("topic_by", Text),
    Column("topic_at", Float),
    _yes("private"),
    _text("password"),
    _yes("invite_only"),
    _yes("moderated"),
    Column("slow", Float, nullable=False),
    Column("keep_seconds", Integer),
    Column("keep_count", Integer),
    _text("filtered"),
)

roles = Table(
    "roles",
    metadata,
    _of("room", "rooms.key"),
    _of("account", "accounts.id", index=True),
    _text("role"),
)

sentences = Table(
    "sentences",
    metadata,
    _of("room", "rooms.key"),
    _text("kind", key=True),
    _text("key", key=True),
    _text("who"),
    _text("by"),
    _text("id"),
    _time("at"),
    Column("until", Float),
    _text("reason"),
    _text("users"),
    _text("pattern"),
    _yes("wild"),
    _yes("on_cloaks"),
    _text("cloaks"),
    _text("author"),
)

# The number is what the search index knows a message by; it is never given twice.
messages = Table(
    "messages",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    _text("id", unique=True),
    _time("at"),
    _text("place"),
    _text("kind"),
    _text("nick"),
    _text("account"),
    _text("text"),
    _text("to"),
    Index("messages_by_place", "place", "id"),
    Index(
        "messages_by_account",
        "account",
        "id",
        sqlite_where=text("account <> ''"),
        postgresql_where=text("account <> ''"),
    ),
    sqlite_autoincrement=True,
)

conversations = Table(
    "conversations", metadata, _text("account", key=True), _text("place", key=True)
)

reads = Table(
    "reads",
    metadata,
    _of("account", "accounts.id"),
    _text("device", key=True),
    _text("place", key=True),
    _text("id"),
    Column("follows", Boolean, nullable=False, server_default=false()),
    Index(
        "reads_that_follow",
        "follows",
        sqlite_where=text("follows"),
        postgresql_where=text("follows"),
    ),
)

# How far each place was pruned: whoever asks from before that is told that something is missing.
pruned = Table("pruned", metadata, _text("place", key=True), _text("id"), _time("at"))

# Rooms that have ended: what was said there up to an id is being erased.
ended = Table("ended", metadata, _text("place", key=True), _text("id"))

# Numbers of messages that are gone and may still be in the search index.
erased = Table("erased", metadata, Column("number", Integer, primary_key=True, autoincrement=False))

# Accounts whose messages are still being erased.
forgotten = Table("forgotten", metadata, _text("account", key=True))
# What such an account has said is erased a little at a time, and nobody is to see it meanwhile.
NOT_FORGOTTEN = messages.c.account.not_in(select(forgotten.c.account))

"""Whatever a record says is what is read back."""

import string
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from twistedchat.core.records import (
    AccountRecord,
    MessageKind,
    MessageRecord,
    ProofKind,
    ProofRecord,
    ReadRecord,
    Role,
    RoleRecord,
    RoomRecord,
    SentenceKind,
    SentenceRecord,
)
from twistedchat.core.rooms import Sentence, Topic
from twistedchat.storage import bulk, rows, sqlite, tables, writing

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
keys = st.text(string.ascii_lowercase + "äß日", min_size=1, max_size=8)
# From 2004 to 2106: a double's resolution then is what the storage keeps.
times = st.floats(1_080_000_000, 4_290_000_000)
counts = st.none() | st.integers(0, 10**9)
plain = st.dictionaries(texts, st.booleans() | st.integers(-(2**53), 2**53) | texts, max_size=3)
topics = st.builds(Topic, texts, texts, times)
sets = st.frozensets(texts, max_size=3)
sentences = st.builds(
    Sentence, texts, texts, texts, times, st.none() | times, texts, sets, texts,
    st.booleans(), st.booleans(), sets, texts,
)  # fmt: skip
rooms = st.builds(
    RoomRecord, st.just("lobby"), texts, texts, times, st.none() | topics, st.booleans(), texts,
    st.booleans(), st.booleans(), st.integers(0, 2**30).map(lambda n: n / 1024), counts, counts,
    st.lists(texts, max_size=3).map(tuple),
)  # fmt: skip
accounts = st.builds(AccountRecord, st.just("A"), texts, keys, times, times, plain, sets)

CASES = {
    "account": (accounts, tables.accounts, rows.to_account),
    "proof": (
        st.builds(ProofRecord, st.just("A"), st.sampled_from(ProofKind), texts, texts, times),
        tables.proofs,
        rows.to_proof,
    ),
    "room": (rooms, tables.rooms, rows.to_room),
    "role": (
        st.builds(RoleRecord, st.just("lobby"), st.just("A"), st.sampled_from(Role)),
        tables.roles,
        rows.to_role,
    ),
    "sentence": (
        st.builds(
            SentenceRecord, st.just("lobby"), st.sampled_from(SentenceKind), texts, sentences
        ),
        tables.sentences,
        rows.to_sentence,
    ),
    "message": (
        st.builds(
            MessageRecord, texts, times, texts, st.sampled_from(MessageKind), texts, texts, texts,
            texts,
        ),
        tables.messages,
        rows.to_message,
    ),
    "read": (
        st.builds(ReadRecord, st.just("A"), texts, texts, texts.filter(bool)),
        tables.reads,
        rows.to_read,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def database(_made_database, tmp_path_factory):
    own = tmp_path_factory.mktemp("rows") / "chat.sqlite"
    sqlite.copy(_made_database, own)
    with closing(sqlite.connect(own)) as connection:
        yield connection


@pytest.mark.parametrize("kind", CASES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_saved_is_read_back(database, kind, data):
    """Every field, whatever text or time it has, comes back as it was."""
    records, table, to_record = CASES[kind]
    record = data.draw(records)
    for parent in (tables.messages, tables.rooms, tables.accounts):
        database.execute(delete(parent))
    first = [
        AccountRecord("A", "ada", "ada", 0.0, 0.0),
        RoomRecord("lobby", "lobby", "A", 0.0),
    ]
    writing.write(database, [*first, record])
    query = select(table)
    if table is tables.messages:
        (row,) = bulk.gathered(database, bulk.gather(query))
    else:
        row = database.execute(query).one()
    assert to_record(row) == record


def test_a_name_is_part_of_an_account(database):
    """At the start only names are read."""
    writing.write(database, [AccountRecord("B", "Bob", "bob", 0.0, 0.0)])
    query = select(tables.accounts).where(tables.accounts.c.id == "B")
    name = rows.to_name(database.execute(query).one())
    assert (name.key, name.nick, name.account) == ("bob", "Bob", "B")

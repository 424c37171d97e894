"""Batches: all or nothing, in order, in few statements."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from twistedchat.core.records import (
    DeleteMessages,
    DropAccount,
    DropProof,
    DropRole,
    DropRoom,
    DropSentence,
    Forget,
    MessageKind,
    ProofKind,
    ProofRecord,
    ReadRecord,
    Role,
    RoleRecord,
    SentenceKind,
    SentenceRecord,
    SetPassword,
    TouchAccount,
    private_place,
)
from twistedchat.core.rooms import Sentence
from twistedchat.storage import bulk, reading, sqlite, tables
from twistedchat.storage.chores import EndForgetting, Prune, TidyErased
from twistedchat.storage.writing import write

SENTENCE = Sentence(
    "bob", "ada", "1", 1.0, None, "", frozenset(), "bob", False, False, frozenset(), "A"
)


def count(connection, table):
    return connection.scalar(select(func.count()).select_from(table))


def test_a_batch_of_messages_is_few_statements(connection, said):
    """However many they are; and read positions between them make one more, not many."""
    statements = []
    sqlite.driver_of(connection).set_trace_callback(statements.append)
    batch = []
    for number in range(300):
        batch += [said(number), ReadRecord("A", "phone", "lobby", str(number))]
    write(connection, batch)
    assert count(connection, tables.messages) == 300
    into = [one.split()[2] for one in statements if one.startswith("INSERT")]
    assert into == ["messages"] * 4 + ["reads"]


def test_a_batch_is_written_entirely_or_not_at_all(connection, said, account):
    """A change that cannot be written takes all the others with it."""
    with pytest.raises(IntegrityError):
        write(connection, [said(1), account("A", "ada"), account("B", "Ada")])
    assert count(connection, tables.messages) == count(connection, tables.accounts) == 0


def test_a_message_that_is_written_again_stays_once(connection, said):
    """A batch of which nobody knows whether it was written can be written again."""
    write(connection, [said(1), said(2)])
    write(connection, [said(1), said(2), said(3)])
    assert [one.id for one in reading.newest(connection, "lobby", 9).messages] == [
        said(number).id for number in (1, 2, 3)
    ]


def test_a_record_takes_the_place_of_the_one_before(connection, account):
    """Within a batch too, where the last one counts."""
    write(connection, [account(nick="ada"), account(nick="Ida")])
    write(connection, [account(nick="eve"), account(nick="Eve")])
    found = reading.account_with(connection, "A")
    assert found is not None
    assert found.nick == "Eve"


def test_no_two_accounts_have_one_name(connection, account):
    """Who comes second is refused, and the first one keeps it."""
    write(connection, [account("A", "ada")])
    with pytest.raises(IntegrityError):
        write(connection, [account("B", "Ada")])
    found = reading.account_named(connection, "ada")
    assert found is not None
    assert found.id == "A"


def test_no_two_accounts_have_one_key(connection, account):
    """A certificate shows one person."""
    write(connection, [account("A", "ada"), account("B", "bob")])
    write(connection, [ProofRecord("A", ProofKind.CERTIFICATE, "ab:cd", "", 0.0)])
    with pytest.raises(IntegrityError):
        write(connection, [ProofRecord("B", ProofKind.CERTIFICATE, "ab:cd", "", 0.0)])


def test_an_account_has_one_password(connection, account):
    """Whatever there was, and its keys stay; one that was to take another's place may not."""
    key = ProofRecord("A", ProofKind.CERTIFICATE, "ab", "", 1.0)
    old = [ProofRecord("A", ProofKind.PASSWORD, one, "", 1.0) for one in ("x", "y")]
    write(connection, [account(), key, *old, SetPassword("A", "z", 2.0)])
    passwords = reading.proofs_of(connection, "A")
    assert {one.value for one in passwords} == {"ab", "z"}
    write(connection, [SetPassword("A", "late", 3.0, "x"), SetPassword("A", "new", 3.0, "z")])
    assert {one.value for one in reading.proofs_of(connection, "A")} == {"ab", "new"}


def test_a_read_position_never_goes_back(connection, account):
    """A device that was slow does not make others' progress undone."""
    write(connection, [account(), ReadRecord("A", "phone", "lobby", "5")])
    write(connection, [ReadRecord("A", "phone", "lobby", "3")])
    assert reading.positions_of(connection, "A")[0].id == "5"
    write(connection, [ReadRecord("A", "phone", "lobby", "7")])
    assert reading.positions_of(connection, "A")[0].id == "7"


def test_who_is_forgotten_reads_no_further(connection):
    """A read position of nobody's is passed over: it must not fail the batch that it is in."""
    write(connection, [ReadRecord("A", "phone", "lobby", "5")])
    assert count(connection, tables.reads) == 0


def test_a_room_goes_with_its_roles_and_sentences(connection, account, room, said):
    """Its messages stay."""
    sentence = SentenceRecord("lobby", SentenceKind.BAN, "bob", SENTENCE)
    write(connection, [account(), room(), RoleRecord("lobby", "A", Role.OWNER), sentence, said(1)])
    assert count(connection, tables.roles) == count(connection, tables.sentences) == 1
    write(connection, [DropRoom("lobby")])
    assert count(connection, tables.roles) == count(connection, tables.sentences) == 0
    assert count(connection, tables.messages) == 1


def test_single_things_are_taken_away(connection, account, room):
    """A role, a sentence, a proof; others of the kind stay."""
    ban = SentenceRecord("lobby", SentenceKind.BAN, "bob", SENTENCE)
    mute = SentenceRecord("lobby", SentenceKind.MUTE, "bob", SENTENCE)
    key = ProofRecord("A", ProofKind.SSH_KEY, "ssh-ed25519 x", "laptop", 0.0)
    other = ProofRecord("A", ProofKind.SSH_KEY, "ssh-ed25519 y", "laptop", 0.0)
    roles = [RoleRecord("lobby", "A", Role.OWNER), RoleRecord("lobby", "B", Role.VOICED)]
    write(connection, [account(), account("B", "bob"), room(), *roles, ban, mute, key, other])
    write(
        connection,
        [
            DropRole("lobby", "B"),
            DropSentence("lobby", SentenceKind.MUTE, "bob"),
            DropProof("A", ProofKind.SSH_KEY, "ssh-ed25519 x"),
        ],
    )
    assert reading.roles_of(connection, "A") == (roles[0],)
    assert reading.roles_of(connection, "B") == ()
    assert reading.load(connection).sentences == (ban,)
    assert reading.proofs_of(connection, "A") == (other,)


def test_changes_count_in_their_order(connection, account, room):
    """What is saved, dropped and saved again is there; what is dropped last is not."""
    write(connection, [account(), room(), DropRoom("lobby"), room("ops"), DropRoom("ops"), room()])
    assert [one.key for one in reading.load(connection).rooms] == ["lobby"]


def test_a_message_that_is_taken_back_in_its_own_batch_is_gone(connection, said, id_of):
    """Although messages are gathered, nothing overtakes its deletion."""
    write(connection, [said(1), said(2), DeleteMessages((id_of(1), "nobody's")), said(3)])
    found = reading.newest(connection, "lobby", 9).messages
    assert [one.id for one in found] == [id_of(2), id_of(3)]


def test_the_search_index_is_told_what_is_gone(connection, said, id_of):
    """By number, until it says that it has heard."""
    write(connection, [said(1), said(2), said(3)])
    write(connection, [DeleteMessages((id_of(1), id_of(3)))])
    assert connection.execute(select(tables.erased.c.number)).scalars().all() == [1, 3]
    write(connection, [TidyErased((1,)), TidyErased((2,))])
    assert connection.execute(select(tables.erased.c.number)).scalars().all() == [3]


def test_a_number_is_never_given_twice(connection, said, id_of):
    """Else the search index would take a new message for one that is gone."""
    write(connection, [said(1), DeleteMessages((id_of(1),)), said(2)])
    assert connection.scalar(select(tables.messages.c.number)) == 2


def test_when_somebody_was_here_is_kept(connection, account):
    """The last time counts."""
    write(connection, [account(), TouchAccount("A", 5.25), TouchAccount("A", 7.125)])
    found = reading.account_with(connection, "A")
    assert found is not None
    assert found.seen == 7.125


def test_private_talk_is_found_from_both_ends(connection, said):
    """Each of the two knows the place; a place is noted once."""
    place = private_place("A", "B")
    whisper = {"place": place, "kind": MessageKind.WHISPERED, "to": "bob"}
    write(connection, [said(1, **whisper), said(2, **whisper), said(3)])
    assert reading.conversations_of(connection, "A") == (place,)
    assert reading.conversations_of(connection, "B") == (place,)


def test_an_account_is_forgotten_at_once_and_its_messages_soon(connection, account, room, said):
    """Everything that names it goes with it; what is to be erased is noted."""
    whisper = said(1, place=private_place("A", "B"), kind=MessageKind.WHISPERED)
    write(connection, [account(), room(), RoleRecord("lobby", "A", Role.OWNER), whisper])
    write(connection, [ProofRecord("A", ProofKind.PASSWORD, "hash", "", 0.0)])
    write(connection, [ReadRecord("A", "phone", "lobby", "5"), Forget("A")])
    gone = (tables.accounts, tables.proofs, tables.roles, tables.reads)
    assert [count(connection, table) for table in gone] == [0, 0, 0, 0]
    assert reading.conversations_of(connection, "A") == ()
    assert connection.execute(select(tables.forgotten.c.account)).scalars().all() == ["A"]
    write(connection, [EndForgetting("A")])
    assert count(connection, tables.forgotten) == 0


def test_how_far_a_place_was_pruned_is_kept(connection, said, id_of):
    """The furthest counts, and each place has its own."""
    write(connection, [said(number) for number in range(4)])
    prune = Prune("lobby", (id_of(0), id_of(1)), said(1).at)
    write(connection, [prune, Prune("ops", (id_of(3),), said(3).at)])
    write(connection, [Prune("lobby", (id_of(0),), said(0).at)])
    found = connection.execute(select(tables.pruned).order_by(tables.pruned.c.place)).all()
    assert [tuple(row) for row in found] == [
        ("lobby", id_of(1), said(1).at),
        ("ops", id_of(3), said(3).at),
    ]
    assert [one.id for one in reading.newest(connection, "lobby", 9).messages] == [id_of(2)]


def test_nothing_reads_what_is_half_written(connection, files, said):
    """Others see a batch when it is committed."""
    other = sqlite.connect(files.database)
    with sqlite.transaction(connection):
        connection.execute(
            bulk.add_rows(tables.conversations), {"rows": bulk.encode([("A", "A B")])}
        )
        assert count(other, tables.conversations) == 0
    assert count(other, tables.conversations) == 1
    other.close()


def test_an_account_is_dropped_with_what_belongs_to_it(connection, account, room, said):
    """What was said stays."""
    proof = ProofRecord("A", ProofKind.PASSWORD, "hash", "", 0.0)
    write(connection, [account(), room(), RoleRecord("lobby", "A", Role.OWNER), proof, said(1)])
    write(connection, [DropAccount("A")])
    assert reading.account_with(connection, "A") is None
    assert reading.proofs_of(connection, "A") == ()
    assert reading.roles_of(connection, "A") == ()
    assert reading.newest(connection, "lobby", 5).messages == (said(1),)


def test_what_refers_to_nothing_takes_no_messages_with_it(connection, account, room, said):
    """An account may be erased, or a room dropped, while somebody does something with it."""
    write(
        connection,
        [
            account("a1"),
            room("ops"),
            said(1, place="ops"),
            RoleRecord("ops", "gone", Role.OPERATOR),
            RoleRecord("gone", "a1", Role.OPERATOR),
            RoleRecord("ops", "a1", Role.MEMBER),
            SentenceRecord("gone", SentenceKind.BAN, "eve", SENTENCE),
            ProofRecord("gone", ProofKind.PASSWORD, "hash", "", 0.0),
            ReadRecord("gone", "phone", "ops", "01"),
        ],
    )
    kept = [connection.execute(select(func.count()).select_from(table)).scalar() for table in (
        tables.messages, tables.roles, tables.sentences, tables.proofs, tables.reads,
    )]  # fmt: skip
    assert kept == [1, 1, 0, 0, 0]

"""Pages of what was said, and what is asked about accounts."""

import pytest

from twistedchat.core.records import (
    DeleteMessages,
    Forget,
    Loaded,
    MessageKind,
    NameRecord,
    ProofKind,
    ProofRecord,
    ReadRecord,
    Role,
    RoleRecord,
    TouchAccount,
    private_place,
)
from twistedchat.storage import positions, reading
from twistedchat.storage.chores import Prune
from twistedchat.storage.writing import write


@pytest.fixture
def talk(connection, said):
    """Ten messages in the lobby, one in another room between each two."""
    for number in range(10):
        write(connection, [said(number), said(number + 0.5, place="ops", account="B")])
    return connection


def numbers(page, said):
    """The numbers of a page's messages in the lobby."""
    known = {said(number).id: number for number in range(10)}
    return [known[one.id] for one in page.messages]


def test_the_newest_messages_of_a_place(talk, said):
    """Oldest first, and complete when nothing older is there."""
    page = reading.newest(talk, "lobby", 3)
    assert (numbers(page, said), page.complete) == ([7, 8, 9], False)
    page = reading.newest(talk, "lobby", 10)
    assert (numbers(page, said), page.complete) == (list(range(10)), True)
    assert reading.newest(talk, "no such room", 10) == reading.StoredPage((), complete=True)


def test_paging_back_skips_nothing(talk, said, id_of):
    """Each page ends where the one before began."""
    page = reading.before(talk, "lobby", id_of(8), 3)
    assert (numbers(page, said), page.complete) == ([5, 6, 7], False)
    page = reading.before(talk, "lobby", page.messages[0].id, 5)
    assert (numbers(page, said), page.complete) == ([0, 1, 2, 3, 4], True)


def test_paging_on_skips_nothing(talk, said, id_of):
    """The first messages that are newer, not the last ones."""
    page = reading.after(talk, "lobby", id_of(3), 3)
    assert (numbers(page, said), page.complete) == ([4, 5, 6], True)
    page = reading.after(talk, "lobby", page.messages[-1].id, 9)
    assert numbers(page, said) == [7, 8, 9]


def test_whoever_asks_from_before_what_was_pruned_is_told(talk, said, id_of):
    """A page is complete from there on; what was deleted on purpose is not missed."""
    write(talk, [Prune("lobby", (id_of(0), id_of(1), id_of(2)), said(2).at)])
    write(talk, [DeleteMessages((id_of(4),))])
    page = reading.after(talk, "lobby", id_of(1), 3)
    assert (numbers(page, said), page.complete) == ([3, 5, 6], False)
    assert reading.after(talk, "lobby", id_of(2), 3).complete
    assert reading.after(talk, "ops", id_of(0), 3).complete


def test_messages_by_id(talk, said, id_of):
    """Oldest first, whatever the order of the ids; what is not there is passed over."""
    found = reading.by_ids(talk, [id_of(5), "none", id_of(2)])
    assert found == (said(2), said(5))


def test_messages_by_number(talk, said):
    """The search index knows them so."""
    assert reading.by_numbers(talk, [1, 3, 999]) == {1: said(0), 3: said(1)}


def test_all_that_an_account_has_said(talk, said, id_of):
    """In every place, oldest first, in pages; guests' words are nobody's."""
    write(talk, [said(11, place="ops"), said(12, account="")])
    first = reading.written_by(talk, "A", "", 10)
    assert [one.id for one in first] == [id_of(number) for number in range(10)]
    assert reading.written_by(talk, "A", first[-1].id, 10) == (said(11, place="ops"),)
    assert reading.written_by(talk, "", "", 10) == ()


def test_unread_messages_are_those_of_others(talk, id_of):
    """Counted from a position in each place, up to a bound."""
    positions = {"lobby": id_of(6), "ops": "", "no such room": ""}
    assert reading.unread(talk, "C", positions, 5) == {"lobby": 3, "ops": 5, "no such room": 0}
    assert reading.unread(talk, "A", positions, 99) == {"lobby": 0, "ops": 10, "no such room": 0}


def test_what_a_server_must_know_first(connection, account, room, said):
    """Names, rooms and the newest id; not a single message."""
    assert reading.load(connection) == Loaded("")
    role = RoleRecord("lobby", "A", Role.OWNER)
    write(connection, [account(nick="Ada"), room(), role, said(1)])
    assert reading.load(connection) == Loaded(
        said(1).id, (NameRecord("ada", "Ada", "A"),), (room(),), (role,)
    )


def test_ids_go_on_after_everything_was_pruned(connection, said, id_of):
    """Else a clock that was set back would give an id a second time."""
    write(connection, [said(1), Prune("lobby", (id_of(1),), said(1).at)])
    assert reading.newest_id(connection) == id_of(1)


def test_an_account_is_found_by_what_it_has(connection, account):
    """By its name, its id and a key; else there is none."""
    ada = account(settings={"zone": "UTC"}, flags=frozenset(["operator"]))
    proof = ProofRecord("A", ProofKind.CERTIFICATE, "ab:cd", "laptop", 1.0)
    write(connection, [ada, account("B", "bob"), proof])
    assert reading.account_named(connection, "ada") == ada
    assert reading.account_with(connection, "A") == ada
    assert reading.account_proved(connection, ProofKind.CERTIFICATE, "ab:cd") == ada
    assert reading.account_proved(connection, ProofKind.SSH_KEY, "ab:cd") is None
    assert reading.account_named(connection, "eve") is None
    assert reading.account_with(connection, "E") is None


def test_what_belongs_to_an_account(connection, account, room):
    """Its proofs, oldest first, its read positions and its roles; not those of others."""
    old = ProofRecord("A", ProofKind.SSH_KEY, "z", "", 1.0)
    new = ProofRecord("A", ProofKind.PASSWORD, "a", "", 2.0)
    mine = ReadRecord("A", "phone", "lobby", "5")
    roles = RoleRecord("lobby", "A", Role.OWNER), RoleRecord("lobby", "B", Role.MEMBER)
    write(connection, [account(), account("B", "bob"), room(), new, old, mine, *roles])
    write(connection, [ReadRecord("B", "phone", "lobby", "6")])
    assert reading.proofs_of(connection, "A") == (old, new)
    assert reading.positions_of(connection, "A") == (mine,)
    assert reading.roles_of(connection, "A") == roles[:1]


def test_private_talk_is_a_place_like_others(connection, said):
    """It is paged in the same way."""
    place = private_place("A", "B")
    one = said(1, place=place, kind=MessageKind.WHISPERED, to="bob")
    write(connection, [one])
    assert reading.newest(connection, place, 5).messages == (one,)


def test_accounts_that_are_not_used_any_more(connection, account):
    """The longest absent first, and only so many."""
    write(connection, [account("A", "ada"), account("B", "bob"), account("C", "cy")])
    write(connection, [TouchAccount("A", 30.0), TouchAccount("B", 10.0), TouchAccount("C", 20.0)])
    unseen = reading.accounts_unseen_since(connection, 30.0, 10)
    assert [one.id for one in unseen] == ["B", "C"]
    assert [one.id for one in reading.accounts_unseen_since(connection, 99.0, 1)] == ["B"]


def test_nobody_reads_what_an_account_has_said_that_is_no_more(connection, said, account, id_of):
    """However long it takes until all of it is erased; pages are as long as they were."""
    private = [said(n + 0.5, place=private_place("A", "B"), to="bob") for n in range(3)]
    others = [said(n, account="B") for n in (10, 11, 12)]
    write(connection, [account("A", "ada"), *map(said, range(9)), *private])
    write(connection, [*others, Forget("A")])
    page = reading.newest(connection, "lobby", 3)
    assert (page.messages, page.complete) == (tuple(others), True)
    assert reading.after(connection, "lobby", "", 2).messages == tuple(others[:2])
    assert reading.by_ids(connection, [id_of(1), id_of(11)]) == (others[1],)
    assert list(reading.by_numbers(connection, [*range(99)]).values()) == others
    assert reading.unread(connection, "C", {"lobby": ""}, 99) == {"lobby": 3}
    assert positions.whispers_after(connection, "B", "", 9) == ()
    assert len(reading.written_by(connection, "A", "", 99)) == 12

"""The rooms as they were before the server stopped, and those of its settings."""

from dataclasses import replace

from twistedchat.core.keeping_rooms import room_record, rows_of
from twistedchat.core.names import prepare_room
from twistedchat.core.records import (
    DropRoom,
    EndPlace,
    Loaded,
    NameRecord,
    RoleRecord,
    RoomRecord,
    SentenceKind,
    SentenceRecord,
)
from twistedchat.core.restoring import make_permanent, orphaned, restore
from twistedchat.core.roles import Role
from twistedchat.core.rooms import Sentence, Topic
from twistedchat.testing import enter, ignore_outcome, make_chat, run

NEWEST = "01KAR1V6Z0C5W8E3M4T9QJ2XNB"
BAN = Sentence(
    "eve*", "ada", NEWEST, 1.0, None, "", frozenset(), "eve*", True, False, frozenset(), "u"
)
SECRET = RoomRecord(
    "geheim", "Geheim", "A", 5.0, Topic("ship it", "ada", 6.0), private=True, password="h",
    invite_only=True, moderated=True, slow=5.0, keep_seconds=60, keep_count=7,
    filtered=("darn",),
)  # fmt: skip
LOADED = Loaded(
    NEWEST,
    names=(NameRecord("ada", "Ada", "A"),),
    rooms=(SECRET,),
    roles=(
        RoleRecord("geheim", "A", Role.OWNER),
        RoleRecord("geheim", "B", Role.OUTCAST),
        RoleRecord("nowhere", "B", Role.OWNER),
    ),
    sentences=(
        SentenceRecord("geheim", SentenceKind.BAN, "eve*", BAN),
        SentenceRecord("geheim", SentenceKind.MUTE, "bob", BAN),
        SentenceRecord("nowhere", SentenceKind.MUTE, "bob", BAN),
    ),
)


def names(*rooms):
    return [prepare_room(room) for room in rooms]


def test_everything_is_as_it_was():
    """The same rows would be written of it."""
    chat = make_chat()
    restore(chat.state, LOADED)
    room = chat.state.rooms["geheim"]
    assert room_record(room) == SECRET
    of_it = [one for one in (*LOADED.roles, *LOADED.sentences) if one.room == "geheim"]
    assert list(rows_of(room)) == [DropRoom("geheim"), SECRET, *of_it]
    assert (room.members, room.guarded, list(chat.state.rooms)) == ({}, True, ["geheim"])
    assert chat.state.owned.account_of("ada") == "A"


def test_a_private_room_is_hidden_from_the_start():
    """It is neither listed nor warned of."""
    chat = make_chat()
    restore(chat.state, LOADED)
    assert chat.state.rooms_after("", 10) == []
    assert chat.state.listed == 0
    assert chat.state.room_looks.find(prepare_room("gehe\u0456m")) is None


def test_histories_begin_behind_what_is_stored():
    """Nothing is missing after the newest message; before it the store is to be asked."""
    chat = make_chat()
    restore(chat.state, LOADED)
    enter(chat, "zoe", "other")
    for key in ("geheim", "other"):
        history = chat.state.rooms[key].history
        assert history.end == NEWEST
        assert history.after(NEWEST, 10).complete
        assert not history.after("01", 10).complete


def test_without_messages_nothing_is_missing_since_the_start():
    """An empty store says nothing of the time before."""
    chat = make_chat()
    started = chat.state.started
    restore(chat.state, Loaded(""))
    assert chat.state.started == started


def test_the_founder_comes_back():
    """And runs the room."""
    chat = make_chat()
    restore(chat.state, LOADED)
    ada = enter(chat, "someone")
    chat.state.set_account(ada.user, "A")
    room = run(chat.join(ada, "GEHEIM"))
    assert room.members[ada.user.id].operator


def test_rooms_of_the_settings_are_there():
    """Whoever is in them; their rows are to be written once."""
    chat = make_chat()
    changes = make_permanent(chat.state, names("Lobby", "ops"), 9.0)
    assert changes == [
        DropRoom("lobby"), RoomRecord("lobby", "Lobby", "", 9.0),
        DropRoom("ops"), RoomRecord("ops", "ops", "", 9.0),
    ]  # fmt: skip
    assert make_permanent(chat.state, names("Lobby", "ops"), 10.0) == []
    ada = enter(chat, "ada", "lobby")
    assert not chat.state.rooms["lobby"].members[ada.user.id].operator
    run(chat.part(ada, "lobby"))
    assert "lobby" in chat.state.rooms


def test_they_are_restored_before_that():
    """With their topics; one that the settings name no more is gone, unless somebody is in it."""
    chat = make_chat()
    topic = Topic("hi", "ada", 1.0)
    rooms = tuple(RoomRecord(name, name, "", 1.0, topic) for name in ("lobby", "old", "full"))
    restore(chat.state, Loaded(NEWEST, rooms=rooms))
    enter(chat, "ada", "full")
    assert make_permanent(chat.state, names("lobby"), 9.0) == []
    assert list(chat.state.rooms) == ["lobby", "full"]
    assert chat.state.rooms["lobby"].topic == topic
    assert not chat.state.rooms["full"].lasting


def test_a_registered_room_may_be_one_of_them():
    """It keeps its founder, and what is said in it."""
    chat = make_chat()
    restore(chat.state, LOADED)
    assert make_permanent(chat.state, names("geheim"), 9.0) == []
    room = chat.state.rooms["geheim"]
    assert (room.permanent, room.founder) == (True, "A")
    make_permanent(chat.state, [], 10.0)
    assert chat.state.rooms["geheim"] is room


def test_a_room_that_people_have_made_becomes_one_of_them():
    """Nobody is put out, and who runs it goes on doing so."""
    chat = make_chat()
    ada = enter(chat, "ada", "ops")
    chat.say(ada, "ops", "hi", ignore_outcome)
    rows = make_permanent(chat.state, names("ops"), 9.0)
    assert RoomRecord("ops", "ops", "", 9.0) in rows
    room = chat.state.rooms["ops"]
    assert room.members[ada.user.id].operator
    assert len(room.history) == 1


def test_rooms_that_ended_before_are_not_found_again():
    """Neither by who makes one of their name, nor under one that was registered meanwhile."""
    chat = make_chat()
    restore(chat.state, replace(LOADED, ended=(EndPlace("ops", "01A"), EndPlace("geheim", "01B"))))
    assert chat.state.open_room(*names("ops")).begun == "01A"
    assert chat.state.rooms["geheim"].begun == "01B"


def test_rooms_that_were_interrupted_go_on():
    """Whoever comes back finds what was said, which the store has."""
    chat = make_chat()
    restore(chat.state, LOADED)
    room = chat.state.open_room(*names("ops"))
    assert (room.begun, room.history.reach) == ("", NEWEST)


def test_what_was_said_in_a_room_that_is_no_longer_in_the_settings_is_not_lost():
    """Nobody is shown it, until the host names the room again and starts the server."""
    chat = make_chat()
    lobby = replace(SECRET, key="lobby", name="Lobby", founder="")
    restore(chat.state, replace(LOADED, rooms=(lobby,), roles=(), sentences=()))
    make_permanent(chat.state, [], 9.0)
    assert chat.state.endings == []
    assert chat.state.open_room(*names("lobby")).begun == NEWEST
    chat = make_chat()
    restore(chat.state, replace(LOADED, rooms=(lobby,), roles=(), sentences=()))
    make_permanent(chat.state, names("lobby"), 9.0)
    assert chat.state.rooms["lobby"].begun == ""


def test_rooms_of_accounts_that_are_no_more():
    """Only those: a room may belong to nobody, too."""
    chat = make_chat()
    orphan = replace(SECRET, key="ops", name="Ops", founder="gone")
    restore(chat.state, replace(LOADED, rooms=(SECRET, orphan)))
    make_permanent(chat.state, names("lobby"), 1.0)
    assert orphaned(chat.state) == ["gone"]
    chat.give_up_orphans()
    assert list(chat.state.rooms) == ["geheim", "lobby"]
    assert orphaned(chat.state) == []

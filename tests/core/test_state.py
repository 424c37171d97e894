"""What is the same on every node: lookups, indexes and what is remembered."""

import pytest

from twistedchat.core import events
from twistedchat.core import state as state_module
from twistedchat.core.errors import NoSuchNick, NoSuchRoom, NotAllowed, NotInRoom
from twistedchat.core.names import prepare_room
from twistedchat.testing import enter, ignore_outcome, make_chat, run


def test_people_and_rooms_are_found_however_they_are_written() -> None:
    """Case and a leading # do not matter."""
    chat = make_chat()
    ada = enter(chat, "Ada", "Lobby")
    assert chat.state.named("ADA") is ada.user
    now = chat.clock.now()
    room = chat.state.room("lobby", ada.user, now)
    assert chat.state.room("#LOBBY", ada.user, now) is room
    assert chat.state.user(ada.user.id) is ada.user
    same, member = chat.state.member(ada.user, "lobby")
    assert same is room
    assert room.members[ada.user.id] is member


@pytest.mark.parametrize("typed", ["zoe", "a b", "", "x" * 5000, "z\noe\x1b[2J"])
def test_what_is_not_found_is_quoted_short_and_clean(typed: str) -> None:
    """The sentence can be shown as it is."""
    chat = make_chat()
    ada = enter(chat, "ada")
    with pytest.raises(NoSuchNick, match=r"Nobody here is called .*\. /who lists") as nick:
        chat.state.named(typed)
    with pytest.raises(NoSuchRoom, match=r"No such room: #.*\. /rooms lists them") as room:
        chat.state.room(f"#{typed}", ada.user, chat.clock.now())
    with pytest.raises(NotInRoom, match=r"You are not in #.*\. /join #.* first") as not_in:
        chat.state.member(ada.user, typed)
    for error in (nick, room, not_in):
        assert str(error.value).isprintable()
        assert len(str(error.value)) < 160


def test_a_user_who_has_left_is_not_found() -> None:
    """The sentence says what to do."""
    with pytest.raises(NotAllowed, match=r"not connected any more\. Connect again"):
        make_chat().state.user("gone")


def test_seen_remembers_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest stay, each nick once."""
    monkeypatch.setattr(state_module, "SEEN_KEPT", 2)
    chat = make_chat()
    for nick in ("ada", "bob", "ada", "eve"):
        chat.disconnect(enter(chat, nick), nick)
    assert list(chat.state.seen) == ["ada", "eve"]


def test_a_reserved_or_similar_nick_counts_as_taken() -> None:
    """As does the nick itself."""
    chat = make_chat()
    ada = enter(chat, "ada")
    name = ada.user.name
    assert chat.state.nick_is_taken(name)
    assert not chat.state.nick_is_taken(chat._nick("zoe"))
    assert make_chat(reserved=frozenset({"zoe"})).state.nick_is_taken(chat._nick("zoe"))


def test_a_room_made_anew_has_nothing_of_the_old_one() -> None:
    """Neither in memory nor of what is stored under its name."""
    chat = make_chat()
    ada = enter(chat, "ada", "ops")
    assert chat.state.rooms["ops"].begun == ""
    chat.say(ada, "ops", "hi", ignore_outcome)
    end = chat.state.rooms["ops"].history.end
    run(chat.part(ada, "ops"))
    room = run(chat.join(ada, "OPS"))
    assert (room.begun, room.history.end, len(room.history)) == (end, end, 0)


def test_rooms_that_ended_are_told_once_and_where() -> None:
    """Those in which something may have been said: of others there is nothing to erase."""
    chat = make_chat()
    state = chat.state
    ends = []
    for name in ("ops", "silent", "ops"):
        room = state.open_room(prepare_room(name))
        if name == "ops":
            room.history.append(events.Said(chat.bus._ids.next(0.0)[0], 1.0, name, "ada", "hi"))
            ends.append((name, room.history.end))
        state.close_if_empty(room)
    state.close_if_empty(state.open_room(prepare_room("silent")))
    assert [one for one in state.endings if one[0] == "ops"] == ends
    assert [one[0] for one in state.endings].count("silent") == 1


def test_a_room_that_is_shelved_is_not_erased_but_not_shown_either() -> None:
    """Whoever makes one of its name sees nothing of it."""
    chat = make_chat()
    ada = enter(chat, "ada", "ops")
    room = chat.state.rooms["ops"]
    chat.say(ada, "ops", "hi", ignore_outcome)
    chat.state.shelve(room)
    assert chat.state.rooms["ops"] is room
    room.permanent = True
    run(chat.part(ada, "ops"))
    room.permanent = False
    chat.state.shelve(room)
    assert chat.state.endings == []
    assert chat.state.open_room(room.name).begun == room.history.end


def test_rooms_that_are_no_more_are_remembered_up_to_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Beyond it a new room claims no more than the oldest that is forgotten could."""
    monkeypatch.setattr(state_module, "ROOMS_REMEMBERED", 2)
    chat = make_chat()
    ada = enter(chat, "ada")
    ends = []
    for room in ("a", "b", "c"):
        run(chat.join(ada, room))
        chat.say(ada, room, "hi", ignore_outcome)
        ends.append(chat.state.rooms[room].history.end)
        run(chat.part(ada, room))
    for room, end in (("b", ends[1]), ("new", ends[0])):
        made = chat.state.open_room(prepare_room(room))
        assert made.begun == made.history.end == end


def test_rooms_by_name_a_few_at_a_time() -> None:
    """Those after a key, whichever were opened or closed before."""
    chat = make_chat()
    ada = enter(chat, "ada", "c", "a", "d", "b")
    run(chat.part(ada, "c"))
    assert [room.name.key for room in chat.state.rooms_after("", 2)] == ["a", "b"]
    assert [room.name.key for room in chat.state.rooms_after("b", 2)] == ["d"]
    assert [room.name.key for room in chat.state.rooms_after("aa", 9)] == ["b", "d"]
    assert chat.state.rooms_after("d", 9) == []

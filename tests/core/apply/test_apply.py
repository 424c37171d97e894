"""apply as a whole: whatever is asked in whatever order, the state stays consistent."""

import dataclasses
from collections.abc import Callable
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from twistedchat.config import Limits
from twistedchat.core import intents
from twistedchat.core.apply import _APPLY, apply
from twistedchat.core.errors import ChatError
from twistedchat.core.events import Event
from twistedchat.core.ids import Ids
from twistedchat.core.names import prepare_nick, prepare_room
from twistedchat.core.roles import RUNNING, Role
from twistedchat.core.rooms import Room
from twistedchat.core.state import Among, Everybody, Only, State

LIMITS = Limits(rooms=2, members=3, bans=2, history=3, registered=1)
NICKS = (
    "ada",
    "bob",
    "eve",
    "ADA",
    "Bob2",
    "b\u043eb",
    "admin",
    "nobody-here",
    "*",
    "e*",
    "cloak0",
)
ROOMS = ("lobby", "ops", "Lobby", "Iobby", "l\u043ebby")

users, texts = st.integers(0, 4), st.sampled_from(["", "hi"])
nicks, rooms, flags = st.sampled_from(NICKS), st.sampled_from(ROOMS), st.booleans()
seconds = st.sampled_from([None, 0.0, 1.5, 60.0])
accounts = st.sampled_from(["A", "B"])
OWNED = {"A": "ann", "B": "ben"}
changes = st.sampled_from(
    [
        ("private", (("private", True),)),
        ("private", (("private", False),)),
        ("password", (("password", "hash"),)),
        ("invite-only", (("invite_only", True),)),
        ("moderated", (("moderated", True),)),
        ("moderated", (("moderated", False),)),
        ("slow", (("slow", 2.0),)),
        ("slow", (("slow", 0.0),)),
        ("filter", (("filtered", ("hi",)),)),
        ("history", (("keep_count", 2),)),
    ]
)
KEYS = {"ADA": "ada", "Lobby": "lobby", "Bob2": "bob2", "Iobby": "iobby"}


def key(name: str) -> str:
    return KEYS.get(name, name)


acts = st.one_of(
    st.tuples(st.just("Enter"), nicks.filter(lambda n: "*" not in n)),
    st.tuples(st.just("Attach"), users),
    st.tuples(st.just("Detach"), users, flags),
    st.tuples(st.just("Expire"), users, flags),
    *(st.tuples(st.just(name), users, rooms) for name in ("Say", "Emote", "Part")),
    st.tuples(st.just("Join"), users, rooms, flags),
    st.tuples(st.just("SetTopic"), users, rooms, texts),
    st.tuples(st.just("Whisper"), users, nicks),
    st.tuples(st.just("Rename"), users, nicks.filter(lambda n: "*" not in n)),
    st.tuples(st.just("SetAway"), users, st.none() | texts),
    st.tuples(st.just("Ignore"), users, nicks, flags),
    st.tuples(st.just("SetOperator"), users, rooms, nicks, flags),
    *(
        st.tuples(st.just(name), users, rooms, nicks)
        for name in ("Invite", "Kick", "Unban", "Unmute")
    ),
    *(st.tuples(st.just(name), users, rooms, nicks, seconds) for name in ("Ban", "Mute")),
    st.tuples(st.just("Elevate"), users),
    st.tuples(st.just("Announce"), users, flags),
    st.tuples(st.just("LogIn"), users, accounts),
    st.tuples(st.just("LogOut"), users),
    st.tuples(st.just("GiveUpName"), accounts),
    *(st.tuples(st.just(name), users, rooms) for name in ("RegisterRoom", "DropRoom")),
    st.tuples(st.just("SetRoom"), users, rooms, changes),
    st.tuples(st.just("TransferRoom"), users, rooms, nicks | st.sampled_from(["ann", "ben"])),
    st.tuples(
        st.just("SetRole"), users, rooms, nicks | st.sampled_from(["ann", "ben"]),
        st.sampled_from(["", *Role]),
    ),
)  # fmt: skip


class World:
    """A state and the means to name people in it by number."""

    def __init__(self) -> None:
        self.state = State(LIMITS, "")
        self.ids = Ids(1)
        self.now = 1000.0
        self.sessions = 0
        self.detached = 0

    def user(self, number: int) -> str:
        ids = list(self.state.users)
        return ids[number % len(ids)] if ids else "nobody"

    def intent(self, name: str, *given: Any) -> intents.Intent:
        make: Callable[..., intents.Intent] = getattr(self, f"_{name.lower()}", self._other)
        return make(name, *given)

    def _enter(self, _: str, nick: str) -> intents.Intent:
        self.sessions += 1
        number = str(self.sessions)
        name = prepare_nick(nick, reserved=frozenset())
        return intents.Enter(number, name, f"cloak{self.sessions % 3}", "192.0.2.1", f"t{number}")

    def _attach(self, _: str, user: int) -> intents.Intent:
        self.sessions += 1
        found = self.state.users.get(self.user(user))
        return intents.Attach(str(self.sessions), found.token if found else "wrong")

    def _detach(self, _: str, user: int, lingers: bool) -> intents.Intent:
        found = self.state.users.get(self.user(user))
        session = min(found.sessions, default="none") if found else "none"
        return intents.Detach(session, "gone", lingers)

    def _expire(self, _: str, user: int, right: bool) -> intents.Intent:
        found = self.state.users.get(self.user(user))
        adrift = found.adrift if found and right and found.adrift is not None else 1.0
        return intents.Expire(self.user(user), "gone", adrift)

    def _join(self, _: str, user: int, room: str, confirm: bool) -> intents.Intent:
        return intents.Join(self.user(user), prepare_room(room), "", confirm)

    def _rename(self, _: str, user: int, nick: str) -> intents.Intent:
        return intents.Rename(self.user(user), prepare_nick(nick, reserved=frozenset()))

    def _login(self, _: str, user: int, account: str) -> intents.Intent:
        name = prepare_nick(OWNED[account])
        if self.state.owned.name_of(account) is None:
            return intents.Register(self.user(user), account, name)
        found = self.state.users.get(self.user(user))
        session = min(found.sessions, default="") if found else ""
        self.sessions += not session
        session = session or str(self.sessions)
        return intents.LogIn(session, account, name, False, "cloak0", "192.0.2.1")

    def _logout(self, _: str, user: int) -> intents.Intent:
        found = self.state.users.get(self.user(user))
        self.sessions += 1
        session = min(found.sessions, default="") if found else ""
        return intents.LogOut(session, "cloak1", "192.0.2.1", f"t{self.sessions}")

    def _giveupname(self, _: str, account: str) -> intents.Intent:
        return intents.GiveUpName(account)

    def _setroom(self, _: str, user: int, room: str, change: Any) -> intents.Intent:
        return intents.SetRoom(self.user(user), key(room), *change)

    def _announce(self, _: str, user: int, server: bool) -> intents.Intent:
        return intents.Announce("" if server else self.user(user), "hear")

    def _other(self, name: str, user: int, *given: Any) -> intents.Intent:
        kind = getattr(intents, name)
        fields = [f.name for f in dataclasses.fields(kind)][1:]
        values = dict(zip(fields, given, strict=False))
        if "room" in values:
            values["room"] = key(values["room"])
        if "text" in fields and "text" not in values:
            values["text"] = "hi"
        return kind(self.user(user), **values)

    def do(self, name: str, *given: Any) -> tuple[intents.Intent, list[Any] | ChatError]:
        self.now += 1
        id_, at = self.ids.next(self.now)
        intent = self.intent(name, *given)
        try:
            return intent, apply(self.state, intent, id_, at)
        except ChatError as error:
            return intent, error


def snapshot(state: State) -> Any:
    """All of the state that an intent could change, as plain values."""
    return (
        {
            user.id: (user.nick, user.away, user.operator, user.adrift, list(user.rooms),
                      sorted(user.sessions), dict(user.ignored), list(user.whispers), user.spoke,
                      user.account, user.more_tokens)
            for user in state.users.values()
        },
        {
            room.name: (room.topic, list(room.history), list(room.bans.values()),
                        list(room.mutes.values()),
                        ({id_: (m.user, m.operator, m.voiced) for id_, m in room.members.items()},
                         room.rules, room.founder, room.created, dict(room.roles),
                         dict(room.invited), dict(room.spoke)))
            for room in state.rooms.values()
        },
        dict(state.seen), sorted(state.sessions), sorted(state.tokens), sorted(state.nicks),
        len(state.nick_looks), len(state.room_looks), state.listed, sorted(state.owners),
        sorted(state.owned.accounts()),
    )  # fmt: skip


def check(state: State) -> None:
    """Everything that must be true at any time."""
    everybody = list(state.users.values())
    assert state.nicks == {user.name.key: user for user in everybody}
    assert state.tokens == {
        token: user for user in everybody for token in (user.token, *user.more_tokens) if token
    }
    assert state.owners == {user.account: user for user in everybody if user.account}
    assert state.sessions == {s: user for user in everybody for s in user.sessions}
    assert len(state.nick_looks) == len(everybody)
    public = sorted(room.name.key for room in state.rooms.values() if not room.rules.private)
    assert len(state.room_looks) == len(public)
    assert [room.name.key for room in state.rooms_after("", 100)] == public
    for user in everybody:
        assert state.users[user.id] is user
        assert state.nick_looks.find(user.name) is None
        assert (user.adrift is None) == bool(user.sessions)
        assert len(user.rooms) <= LIMITS.rooms
        for room_key, room in user.rooms.items():
            assert state.rooms[room_key] is room
            assert room.members[user.id].user is user
    for room_key, room in state.rooms.items():
        assert room.name.key == room_key
        assert (0 if room.lasting else 1) <= len(room.members) <= LIMITS.members
        check_roles(state, room)
        assert max(len(room.bans), len(room.mutes)) <= LIMITS.bans
        assert all(state.users[id_].rooms[room_key] is room for id_ in room.members)
        ids = [message.id for message in room.history]
        assert ids == sorted(set(ids))


def check_roles(state: State, room: Room) -> None:
    """A room that lasts has an owner and no outcast in it, any other no roles but an operator."""
    if not room.lasting:
        assert room.roles == {}
        assert any(member.operator for member in room.members.values())
        return
    assert room.roles[room.founder] is Role.OWNER
    assert set(room.roles) <= set(state.owned.accounts())
    for member in room.members.values():
        role = room.role_of(member.user)
        assert role is not Role.OUTCAST
        assert member.operator or role not in RUNNING
        assert member.voiced or role is not Role.VOICED or member.operator


@settings(max_examples=300, deadline=None)
@given(st.lists(acts, max_size=60))
def test_whatever_is_asked_the_state_stays_consistent(asked: list[tuple]) -> None:
    """Indexes agree, no room is empty, bounds hold, and a refusal changes nothing."""
    world = World()
    for nick in ("ada", "bob"):
        world.do("Enter", nick)
    for name, *given_ in asked:
        before = snapshot(world.state)
        intent, outcome = world.do(name, *given_)
        check(world.state)
        if isinstance(outcome, ChatError):
            assert without_what_is_over(before, world.now) == without_what_is_over(
                snapshot(world.state), world.now
            ), intent
            continue
        for event, audience in outcome:
            assert isinstance(event, get_args(Event))
            assert isinstance(audience, str | Among | Only | Everybody)


def without_what_is_over(taken: Any, now: float) -> Any:
    """A snapshot without bans and mutes whose time has passed: forgetting these is no change."""
    rooms = {
        name: (topic, history, [b for b in bans if not b.over(now)],
               [m for m in mutes if not m.over(now)], members)
        for name, (topic, history, bans, mutes, members) in taken[1].items()
    }  # fmt: skip
    return (taken[0], rooms, *taken[2:])


@settings(max_examples=100, deadline=None)
@given(st.lists(acts, max_size=40))
def test_two_nodes_that_apply_the_same_agree(asked: list[tuple]) -> None:
    """apply depends on nothing but the state and the intent."""
    here, there = World(), World()
    for name, *given_ in [("Enter", "ada"), ("Enter", "bob"), *asked]:
        first, second = here.do(name, *given_), there.do(name, *given_)
        assert first[0] == second[0]
        assert str(first[1]) == str(second[1]) or not isinstance(first[1], ChatError)
    plain = [
        [(user.nick, list(user.rooms), user.away) for user in world.state.users.values()]
        for world in (here, there)
    ]
    assert plain[0] == plain[1]


def test_every_intent_is_settled_by_something() -> None:
    """None was forgotten in the table."""
    assert set(_APPLY) == set(get_args(intents.Intent))

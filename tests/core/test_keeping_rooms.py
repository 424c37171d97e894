"""Which rows the rooms that last are, fact by fact; read back they make the same rooms."""

import pytest

from twistedchat.core import intents
from twistedchat.core.gates import OpenGate
from twistedchat.core.keeping import changes_for
from twistedchat.core.keeping_rooms import room_changes, room_now, room_record, rows_of
from twistedchat.core.names import prepare_nick
from twistedchat.core.records import (
    WITH_SERVER,
    DropRole,
    DropRoom,
    DropSentence,
    EndPlace,
    RoleRecord,
    RoomRecord,
    SentenceKind,
    SentenceRecord,
)
from twistedchat.core.roles import Role
from twistedchat.core.rooms import Topic
from twistedchat.testing import enter, make_chat, run


class Ops:
    """A room that ada has registered, and the rows that each wish means."""

    def __init__(self):
        self.chat = make_chat(gate=OpenGate(None))
        self.state = self.chat.state
        self.ada = self.comes("ada", "A")
        self.bob = self.comes("bob", "B")
        self.rows(intents.RegisterRoom, "ops")

    def comes(self, nick, account=""):
        session = enter(self.chat, nick, "ops")
        if account:
            self.state.owned.give(prepare_nick(nick), account)
            self.state.set_account(session.user, account)
        return session

    @property
    def room(self):
        return self.state.rooms["ops"]

    def rows(self, kind, *values, **named):
        facts = run(self.chat.ask(self.ada, kind(self.ada.user.id, *values, **named)))
        rows = [row for fact in facts for row in room_changes(self.state, fact)]
        assert rows == [row for fact in facts for row in changes_for(self.state, fact)]
        return rows


@pytest.fixture
def ops():
    return Ops()


def test_registering_writes_all_of_it():
    """In place of what there may be of an earlier room; bans and roles that hold are in it."""
    ops = Ops()
    ops.rows(intents.DropRoom, "ops")
    ops.rows(intents.Ban, "ops", "eve*")
    ops.rows(intents.SetTopic, "ops", "ship it")
    rows = ops.rows(intents.RegisterRoom, "ops")
    ban = ops.room.bans["eve*"]
    assert rows == [
        DropRoom("ops"),
        RoomRecord("ops", "ops", "A", ops.room.created, ops.room.topic),
        RoleRecord("ops", "A", Role.OWNER),
        SentenceRecord("ops", SentenceKind.BAN, "eve*", ban),
    ]


def test_settings(ops):
    """All that is true of the room, in one row."""
    [row] = ops.rows(intents.SetRoom, "ops", "slow", (("slow", 5.0),))
    assert row == RoomRecord("ops", "ops", "A", ops.room.created, slow=5.0)
    [row] = ops.rows(intents.SetTopic, "ops", "ship it")
    assert row.topic == Topic("ship it", "ada", ops.room.topic.at)
    assert row.slow == 5.0


def test_roles(ops):
    """Of accounts alone, from whatever command they come."""
    assert ops.rows(intents.SetRole, "ops", "bob", "voiced") == [
        RoleRecord("ops", "B", Role.VOICED)
    ]
    assert ops.rows(intents.SetOperator, "ops", "bob", operator=True) == [
        RoleRecord("ops", "B", Role.OPERATOR)
    ]
    assert ops.rows(intents.SetRole, "ops", "bob", "") == [DropRole("ops", "B")]
    ops.comes("eve")
    assert ops.rows(intents.SetRole, "ops", "eve", "voiced") == []
    assert ops.rows(intents.SetOperator, "ops", "eve", operator=True) == []


def test_transfer(ops):
    """The room's row and the new owner's."""
    assert ops.rows(intents.TransferRoom, "ops", "bob") == [
        RoomRecord("ops", "ops", "B", ops.room.created),
        RoleRecord("ops", "B", Role.OWNER),
    ]


def test_bans_and_mutes(ops):
    """As they are passed and lifted, by the key of what was written."""
    ops.comes("eve")
    [row] = ops.rows(intents.Mute, "ops", "eve", 60.0)
    assert row == SentenceRecord("ops", SentenceKind.MUTE, "eve", ops.room.mutes["eve"])
    assert ops.rows(intents.Unmute, "ops", "EVE") == [DropSentence("ops", SentenceKind.MUTE, "eve")]
    [row] = ops.rows(intents.Ban, "ops", "Eve")
    assert row == SentenceRecord("ops", SentenceKind.BAN, "eve", ops.room.bans["eve"])
    assert ops.rows(intents.Unban, "ops", "eve") == [DropSentence("ops", SentenceKind.BAN, "eve")]


def test_drop(ops):
    """The room goes with all that belongs to it; one of the settings has its row again."""
    assert ops.rows(intents.DropRoom, "ops") == [DropRoom("ops")]
    ops.rows(intents.RegisterRoom, "ops")
    ops.room.permanent = True
    rows = ops.rows(intents.DropRoom, "ops")
    assert rows[:2] == [DropRoom("ops"), room_record(ops.room)]
    assert rows[1].founder == ""


def test_nothing_of_a_room_that_does_not_last(ops):
    """However much is said and done there."""
    ops.rows(intents.DropRoom, "ops")
    assert ops.rows(intents.SetTopic, "ops", "x") == []
    assert ops.rows(intents.SetRole, "ops", "bob", "voiced") == []
    assert ops.rows(intents.Ban, "ops", "eve*") == []
    assert ops.rows(intents.Unban, "ops", "eve*") == []
    assert ops.rows(intents.Mute, "ops", "bob") == []
    assert ops.rows(intents.Unmute, "ops", "bob") == []


CLOSED = (
    ("private", "private", True, False),
    ("password", "password", "hash", ""),
    ("invite-only", "invite_only", True, False),
)


@pytest.mark.parametrize(("setting", "rule", "on", "off"), CLOSED)
def test_behind_closed_doors(ops, setting, rule, on, off):
    """A room that lets not everybody in and does not last ends with the server.

    Who may come in is not stored: after a restart anybody could make a room of its name.
    """
    ops.rows(intents.DropRoom, "ops")
    ends, goes_on = [EndPlace("ops", WITH_SERVER)], [EndPlace("ops", ops.room.begun)]
    assert ops.rows(intents.SetRoom, "ops", setting, ((rule, on),)) == ends
    assert ops.rows(intents.SetRoom, "ops", "slow", (("slow", 5.0),)) == ends
    assert ops.rows(intents.SetRoom, "ops", setting, ((rule, off),)) == goes_on
    ops.rows(intents.SetRoom, "ops", setting, ((rule, on),))
    assert ops.rows(intents.RegisterRoom, "ops")[-1:] == goes_on
    assert ops.rows(intents.DropRoom, "ops")[-1:] == ends


def test_what_is_true_of_a_room_now(ops):
    """For putting right what was written too early."""
    assert room_now(ops.state, "ops") == rows_of(ops.room)
    assert room_now(ops.state, "other") == (DropRoom("other"),)

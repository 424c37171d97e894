"""Who hears a fact, each exactly once, and what it changes for their sessions."""

import pytest

from twistedchat.core import intents
from twistedchat.core.chat import Chat
from twistedchat.core.hearing import MANY
from twistedchat.core.users import Session
from twistedchat.render.plain import Style, lens_for
from twistedchat.testing import (
    connect,
    enter,
    heard,
    ignore_outcome,
    make_chat,
    run,
    sink_of,
)

PLAIN = lens_for(Style(stamps=False))


class Scene:
    """ada (two sessions), bob and eve, as programs unless told otherwise."""

    def __init__(self, *rooms: str, lens: object = None) -> None:
        self.chat: Chat = make_chat()
        more = {"lens": lens} if lens else {}
        self.ada = connect(self.chat, **more)
        token = run(self.chat.enter(self.ada, "ada"))
        for room in rooms:
            run(self.chat.join(self.ada, room))
        self.chat.arrive(self.ada)
        self.second = connect(self.chat, **more)
        run(self.chat.resume(self.second, token))
        self.chat.arrive(self.second)
        self.bob, self.eve = (enter(self.chat, n, *rooms, **more) for n in ("bob", "eve"))
        self.everybody = (self.ada, self.second, self.bob, self.eve)
        self.turn()
        for session in self.everybody:
            sink_of(session).take()

    def turn(self) -> None:
        self.chat.clock.turn()

    def told(self, session: Session) -> list[str]:
        self.turn()
        return [type(event).__name__ for event in heard(session)]

    def lines(self, session: Session) -> list[str]:
        self.turn()
        return sink_of(session).take().decode().splitlines()

    def ask(self, kind: type, *arguments: object) -> None:
        run(self.chat.ask(self.ada, kind(self.ada.user.id, *arguments)))


def test_a_program_hears_what_it_says_and_so_does_every_other_session() -> None:
    """JSON lines echo: once to each."""
    scene = Scene("lobby")
    scene.chat.say(scene.ada, "lobby", "hi", ignore_outcome)
    assert [scene.told(session) for session in scene.everybody] == [["Said"]] * 4


def test_a_person_does_not_hear_themselves_but_their_other_device_does() -> None:
    """Both devices of one person show the whole conversation."""
    scene = Scene("lobby", lens=PLAIN)
    scene.chat.say(scene.ada, "lobby", "hi", ignore_outcome)
    assert scene.lines(scene.ada) == []
    assert scene.lines(scene.second) == scene.lines(scene.bob) == ["<ada> hi"]


@pytest.mark.parametrize("verb", ["rename", "set_away"])
def test_those_in_several_rooms_with_somebody_hear_of_them_once(verb: str) -> None:
    """Renamed and away are told to each session once, however many rooms are shared."""
    scene = Scene("lobby", "ops", "x")
    run(getattr(scene.chat, verb)(scene.ada, "ida"))
    kind = "Renamed" if verb == "rename" else "WentAway"
    assert [scene.told(session) for session in scene.everybody] == [[kind]] * 4


def test_one_without_company_hears_of_their_own_rename() -> None:
    """On all their devices, in no room at all."""
    scene = Scene()
    run(scene.chat.rename(scene.ada, "ida"))
    assert scene.told(scene.ada) == scene.told(scene.second) == ["Renamed"]
    assert scene.told(scene.bob) == []


def test_those_in_several_rooms_hear_once_that_somebody_left() -> None:
    """Behind what was said by them in the same turn."""
    scene = Scene("lobby", "ops")
    scene.chat.say(scene.bob, "ops", "bye", ignore_outcome)
    scene.chat.disconnect(scene.bob, "gone")
    assert scene.told(scene.ada) == scene.told(scene.eve) == ["Said", "Left"]
    assert scene.told(scene.bob) == ["Said"]


def test_joining_is_heard_by_all_devices() -> None:
    """The events say where one is: a program counts on them."""
    scene = Scene("lobby")
    run(scene.chat.join(scene.ada, "ops"))
    assert scene.told(scene.ada) == scene.told(scene.second) == ["Joined"]
    assert scene.told(scene.bob) == []
    run(scene.chat.join(scene.bob, "ops"))
    scene.chat.say(scene.ada, "ops", "hi", ignore_outcome)
    assert scene.told(scene.second) == scene.told(scene.bob) == ["Joined", "Said"]


def test_a_person_is_not_told_that_they_joined() -> None:
    """The answer to /join says so; the other device hears it."""
    scene = Scene("lobby", lens=PLAIN)
    run(scene.chat.join(scene.ada, "ops"))
    assert scene.lines(scene.ada) == []
    assert scene.lines(scene.second) == ["*** ada joined #ops."]
    scene.chat.say(scene.second, "ops", "hi", ignore_outcome)
    assert scene.lines(scene.ada) == ["#ops <ada> hi"]


def test_the_first_room_becomes_the_current_one() -> None:
    """Where there was none."""
    scene = Scene(lens=PLAIN)
    run(scene.chat.join(scene.ada, "ops"))
    assert scene.ada.current == scene.second.current == "ops"
    run(scene.chat.join(scene.ada, "lobby"))
    assert scene.ada.current == "ops"


def test_leaving_moves_every_device_elsewhere() -> None:
    """The one that left is answered; the other is told what its lines will go to."""
    scene = Scene("lobby", "ops", lens=PLAIN)
    for session in (scene.ada, scene.second):
        scene.chat.focus(session, scene.chat.state.rooms["ops"])
    run(scene.chat.part(scene.ada, "ops"))
    assert scene.ada.current == scene.second.current == "lobby"
    assert scene.lines(scene.ada) == []
    assert scene.lines(scene.second) == ["*** ada left #ops.", "*** You are now talking in #lobby."]
    assert scene.lines(scene.bob)[0] == "*** ada left #ops."
    scene.chat.say(scene.bob, "ops", "gone?", ignore_outcome)
    assert scene.lines(scene.second) == []


def test_leaving_another_room_moves_nobody() -> None:
    """The current room stays."""
    scene = Scene("lobby", "ops", lens=PLAIN)
    run(scene.chat.part(scene.ada, "ops"))
    assert scene.second.current == "lobby"
    assert scene.lines(scene.second) == ["*** ada left #ops."]


def test_leaving_the_last_room_says_what_to_do() -> None:
    """Plain lines have nowhere to go."""
    scene = Scene("lobby", lens=PLAIN)
    run(scene.chat.part(scene.ada, "lobby"))
    assert scene.second.current is None
    assert scene.lines(scene.second)[-1] == (
        "*** You are in no room now. /rooms lists them, /join ROOM enters."
    )


def test_a_kick_is_heard_once_by_everybody() -> None:
    """All devices of the person too, as something that happened to them; then no more."""
    scene = Scene("lobby", "ops", lens=PLAIN)
    run(scene.chat.ask(scene.ada, intents.Elevate(scene.ada.user.id)))
    scene.chat.say(scene.eve, "lobby", "one", ignore_outcome)
    scene.ask(intents.Kick, "lobby", "bob", "enough")
    scene.chat.say(scene.eve, "lobby", "two", ignore_outcome)
    assert scene.lines(scene.bob) == [
        "<eve> one",
        "*** ada put you out of #lobby: enough",
        "*** You are now talking in #ops.",
    ]
    for session in (scene.ada, scene.second):
        assert scene.lines(session) == [
            "<eve> one", "*** ada put bob out of #lobby: enough", "<eve> two",
        ]  # fmt: skip
    assert scene.lines(scene.eve) == ["*** ada put bob out of #lobby: enough"]


def test_a_ban_is_heard_by_those_it_puts_out() -> None:
    """In the middle of a turn, in order, each event once."""
    scene = Scene("lobby", "ops")
    scene.chat.say(scene.bob, "lobby", "spam", ignore_outcome)
    scene.ask(intents.Ban, "lobby", "bob", 60.0, "spam")
    scene.chat.say(scene.bob, "ops", "why?", ignore_outcome)
    scene.chat.say(scene.eve, "lobby", "thanks", ignore_outcome)
    assert scene.told(scene.bob) == ["Said", "Banned", "Kicked", "Said"]
    for session in (scene.ada, scene.second, scene.eve):
        assert scene.told(session) == ["Said", "Banned", "Kicked", "Said", "Said"]


def test_all_devices_of_somebody_who_is_kicked_are_out() -> None:
    """None goes on listening."""
    scene = Scene("lobby")
    run(scene.chat.ask(scene.bob, intents.Elevate(scene.bob.user.id)))
    run(scene.chat.ask(scene.bob, intents.Kick(scene.bob.user.id, "lobby", "ada")))
    assert scene.told(scene.ada) == scene.told(scene.second) == ["Kicked"]
    scene.chat.say(scene.bob, "lobby", "quiet", ignore_outcome)
    assert scene.told(scene.ada) == scene.told(scene.second) == []


def test_a_whisper_is_heard_by_all_devices_of_both() -> None:
    """And by nobody else; /reply knows whom to answer on each."""
    scene = Scene("lobby", lens=PLAIN)
    run(scene.chat.whisper(scene.bob, "ada", "psst"))
    assert scene.lines(scene.bob) == ["-> ada: psst"]
    assert scene.lines(scene.ada) == scene.lines(scene.second) == ["bob -> you: psst"]
    assert scene.lines(scene.eve) == []
    ada, bob = scene.ada.user.id, scene.bob.user.id
    assert (scene.bob.peer, scene.ada.peer, scene.second.peer) == (ada, bob, bob)


def test_a_note_to_oneself_is_heard_once() -> None:
    """On each device."""
    scene = Scene("lobby", lens=PLAIN)
    run(scene.chat.whisper(scene.ada, "ada", "note"))
    assert scene.lines(scene.ada) == scene.lines(scene.second) == ["-> ada: note"]


def test_an_invitation_is_heard_by_the_two() -> None:
    """Worded for each."""
    scene = Scene("lobby", lens=PLAIN)
    run(scene.chat.join(scene.ada, "ops"))
    scene.turn()
    sink_of(scene.second).take()
    run(scene.chat.invite(scene.ada, "ops", "bob"))
    assert scene.lines(scene.bob) == ["*** ada invites you to #ops. /join ops enters."]
    assert scene.lines(scene.ada) == ["*** You invited bob to #ops."]
    assert scene.lines(scene.eve) == []


def test_an_announcement_is_heard_by_all_who_have_come_in() -> None:
    """Once, not by connections without a nick."""
    scene = Scene("lobby", "ops")
    stranger = connect(scene.chat)
    run(scene.chat.ask(scene.ada, intents.Announce("", "closing")))
    assert [scene.told(session) for session in scene.everybody] == [["Announced"]] * 4
    assert scene.told(stranger) == []


def test_a_session_hears_nothing_before_it_is_welcomed() -> None:
    """Whatever happens to its user in between: the welcome tells how things stand."""
    scene = Scene("lobby", "ops")
    late = connect(scene.chat)
    token = run(scene.chat.enter(late, "joe"))
    run(scene.chat.join(late, "lobby"))
    later = connect(scene.chat, lens=PLAIN)
    run(scene.chat.resume(later, token))
    run(scene.chat.rename(late, "jim"))
    run(scene.chat.whisper(scene.bob, "jim", "psst"))
    scene.chat.say(scene.bob, "lobby", "hi", ignore_outcome)
    run(scene.chat.ask(scene.ada, intents.Announce("", "closing")))
    run(scene.chat.join(late, "ops"))
    scene.ask(intents.Kick, "lobby", "jim")
    assert scene.lines(late) == scene.lines(later) == []
    for session in (late, later):
        scene.chat.arrive(session)
    scene.chat.say(scene.bob, "ops", "welcome", ignore_outcome)
    scene.chat.say(scene.bob, "lobby", "out", ignore_outcome)
    assert scene.told(late) == ["Said"]
    assert scene.lines(later) == ["<bob> welcome"]


def test_arriving_twice_doubles_nothing() -> None:
    """Nor does it lose what was said in between."""
    scene = Scene("lobby")
    scene.chat.say(scene.bob, "lobby", "one", ignore_outcome)
    scene.chat.arrive(scene.ada)
    scene.chat.say(scene.bob, "lobby", "two", ignore_outcome)
    assert scene.told(scene.ada) == ["Said", "Said"]


def test_a_connection_without_a_nick_can_arrive_and_hears_nothing() -> None:
    """It is in no room."""
    scene = Scene("lobby")
    stranger = connect(scene.chat)
    scene.chat.arrive(stranger)
    scene.chat.say(scene.bob, "lobby", "one", ignore_outcome)
    assert scene.told(stranger) == []


def test_coming_and_going_and_turning_in_one_turn() -> None:
    """A session hears exactly what happened while it was there, through the lens of the moment."""
    scene = Scene("lobby", "ops", lens=PLAIN)
    say, bob = scene.chat.say, scene.bob
    say(scene.eve, "ops", "1", ignore_outcome)
    scene.chat.focus(bob, scene.chat.state.rooms["ops"])
    say(scene.eve, "ops", "2", ignore_outcome)
    say(scene.eve, "lobby", "3", ignore_outcome)
    run(scene.chat.part(bob, "lobby"))
    say(scene.eve, "lobby", "4", ignore_outcome)
    say(bob, "ops", "mine", ignore_outcome)
    run(scene.chat.join(bob, "lobby"))
    say(scene.eve, "lobby", "5", ignore_outcome)
    say(scene.eve, "ops", "6", ignore_outcome)
    assert scene.lines(bob) == [
        "#ops <eve> 1", "<eve> 2", "#lobby <eve> 3", "#lobby <eve> 5", "<eve> 6",
    ]  # fmt: skip


def test_ignoring_takes_effect_on_all_devices_in_the_middle_of_a_turn() -> None:
    """What was said before is heard, what is said after is not; joining and leaving is."""
    scene = Scene("lobby", lens=PLAIN)
    say = scene.chat.say
    say(scene.bob, "lobby", "before", ignore_outcome)
    run(scene.chat.ignore(scene.ada, "bob", True))
    say(scene.bob, "lobby", "after", ignore_outcome)
    scene.chat.emote(scene.bob, "lobby", "waves", ignore_outcome)
    run(scene.chat.whisper(scene.bob, "ada", "psst"))
    run(scene.chat.part(scene.bob, "lobby"))
    expected = ["<bob> before", "*** bob left #lobby."]
    assert scene.lines(scene.ada) == scene.lines(scene.second) == expected
    run(scene.chat.ignore(scene.ada, "bob", False))
    run(scene.chat.join(scene.bob, "lobby"))
    say(scene.bob, "lobby", "again", ignore_outcome)
    assert scene.lines(scene.second) == ["*** bob joined #lobby.", "<bob> again"]
    assert scene.second.lens is PLAIN


def test_who_follows_the_last_operator_is_told_in_words() -> None:
    """Other people at lines hear nothing of it; programs hear the event."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "ops", lens=PLAIN), enter(chat, "bob", "ops", lens=PLAIN)
    cy, bot = enter(chat, "cy", "ops", lens=PLAIN), enter(chat, "bot", "ops")
    chat.clock.turn()
    for session in (bob, cy, bot):
        sink_of(session).take()
    chat.disconnect(ada, "")
    chat.clock.turn()
    assert sink_of(cy).take() == b"*** ada has gone.\n"
    assert sink_of(bob).take().splitlines() == [
        b"*** ada has gone.",
        b"*** You run #ops now, for its last operator has gone. /help lists how.",
    ]
    assert [type(event).__name__ for event in heard(bot)] == ["Left", "Opped"]


def test_many_who_are_put_out_at_once_hear_only_of_themselves() -> None:
    """Else each of a thousand would hear of all before; those who stay hear of all."""
    chat = make_chat()
    ada, eve = enter(chat, "ada", "ops"), enter(chat, "eve", "ops")
    guests = [enter(chat, f"guest{number}", "ops") for number in range(MANY + 10)]
    chat.clock.advance(2)
    for session in (eve, *guests):
        heard(session)
    run(chat.ask(ada, intents.Ban(ada.user.id, "ops", "guest*")))
    chat.clock.turn()
    assert [type(event).__name__ for event in heard(guests[-1])] == ["Kicked"]
    assert len([e for e in heard(eve) if type(e).__name__ == "Kicked"]) == len(guests)


def test_private_messages_that_are_taken_back() -> None:
    """Each end reads it from its own side, on every connection; nobody else hears of it."""
    scene = Scene(lens=PLAIN)
    run(scene.chat.whisper(scene.ada, "bob", "psst"))
    scene.turn()
    for session in scene.everybody:
        sink_of(session).take()
    run(scene.chat.delete_last_private(scene.ada, "bob", 1))
    scene.turn()
    told = [sink_of(session).text for session in scene.everybody]
    mine = "*** You took back 1 private message to bob.\n"
    assert told == [mine, mine, "*** ada took back 1 private message to you.\n", ""]

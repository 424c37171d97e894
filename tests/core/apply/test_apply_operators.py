"""Operators of rooms: who may do what to whom, whom a ban meets, and how it ends."""

from dataclasses import astuple

import pytest

from twistedchat.core import intents
from twistedchat.core.chat import Chat
from twistedchat.core.errors import (
    BadArguments,
    Banned,
    ChatError,
    Muted,
    NoSuchNick,
    NotAllowed,
    NotInRoom,
    TooMany,
)
from twistedchat.core.events import Deopped, Kicked, Left, Opped, Said, Unbanned, Unmuted
from twistedchat.core.state import Fact
from twistedchat.core.users import Session
from twistedchat.testing import enter, heard, ignore_outcome, make_chat, run


class Ops:
    """A room #ops: ada is its operator, bob and eve are in it, each with a cloak of their own."""

    def __init__(self, **bounds: int) -> None:
        self.chat: Chat = make_chat(**bounds)
        self.ada, self.bob, self.eve = (self.come(n, "ops") for n in ("ada", "bob", "eve"))

    def come(self, nick: str, *rooms: str, cloak: str = "") -> Session:
        return enter(self.chat, nick, *rooms, cloak=cloak or f"{nick}cloak")

    def ask(self, session: Session, kind: type, *arguments: object, **more: object) -> list[Fact]:
        return run(self.chat.ask(session, kind(session.user.id, "ops", *arguments, **more)))

    def ban(self, who: str, *arguments: object) -> list[Fact]:
        return self.ask(self.ada, intents.Ban, who, *arguments)

    def members(self) -> list[str]:
        return [m.user.nick for m in self.chat.state.rooms["ops"].members.values()]

    def may_join(self, session: Session) -> bool:
        try:
            run(self.chat.join(session, "ops"))
        except Banned:
            return False
        return True

    def elevate(self, session: Session) -> None:
        run(self.chat.ask(session, intents.Elevate(session.user.id)))


def refusal(error: pytest.ExceptionInfo[ChatError]) -> str:
    return str(error.value)


ACTS = [
    (intents.SetOperator, ("eve", True)),
    (intents.Kick, ("eve",)),
    (intents.Ban, ("eve",)),
    (intents.Unban, ("eve",)),
    (intents.Mute, ("eve",)),
    (intents.Unmute, ("eve",)),
]


@pytest.mark.parametrize(("kind", "arguments"), ACTS)
def test_only_operators_of_the_room_may(kind: type, arguments: tuple) -> None:
    """A member is refused, and told who may; a stranger to the room too."""
    ops = Ops()
    joe = ops.come("joe")
    with pytest.raises(NotAllowed, match=r"Only operators of #ops can do that\. /who shows them"):
        ops.ask(ops.bob, kind, *arguments)
    with pytest.raises(NotInRoom, match="You are not in #ops"):
        ops.ask(joe, kind, *arguments)


@pytest.mark.parametrize(
    ("kind", "arguments"), [act for act in ACTS if "Un" not in act[0].__name__]
)
def test_server_operators_may_everywhere(kind: type, arguments: tuple) -> None:
    """Also in rooms they are not in."""
    ops = Ops()
    joe = ops.come("joe")
    ops.elevate(joe)
    assert ops.ask(joe, kind, *arguments)


def test_server_operators_are_refused_for_rooms_that_are_not_there() -> None:
    """There is nobody to be operator of."""
    ops = Ops()
    ops.elevate(ops.bob)
    with pytest.raises(NotInRoom):
        run(ops.chat.ask(ops.bob, intents.Kick(ops.bob.user.id, "nowhere", "ada")))


def test_op_and_deop() -> None:
    """Rights are given and taken; doing it twice is refused with what is the case."""
    ops = Ops()
    [(event, audience)] = ops.ask(ops.ada, intents.SetOperator, "bob", True)
    assert isinstance(event, Opped)
    assert (event.nick, event.by, audience) == ("bob", "ada", "ops")
    with pytest.raises(NotAllowed, match="bob is an operator already in #ops"):
        ops.ask(ops.ada, intents.SetOperator, "bob", True)
    [(event, _)] = ops.ask(ops.bob, intents.SetOperator, "ada", False)
    assert isinstance(event, Deopped)
    with pytest.raises(NotAllowed, match="Only operators"):
        ops.ask(ops.ada, intents.Kick, "bob")
    with pytest.raises(NotAllowed, match="eve is no operator in #ops"):
        ops.ask(ops.bob, intents.SetOperator, "eve", False)


def test_kick_puts_out_and_lets_come_back() -> None:
    """The person is out, by whom and why is told, and nothing keeps them out."""
    ops = Ops()
    [(event, audience)] = ops.ask(ops.ada, intents.Kick, "bob", "enough")
    assert isinstance(event, Kicked)
    assert astuple(event)[2:] == ("ops", "bob", "ada", "enough")
    assert audience == "ops"
    assert ops.members() == ["ada", "eve"]
    assert ops.may_join(ops.bob)


@pytest.mark.parametrize("kind", [intents.Kick, intents.Mute])
def test_only_members_can_be_kicked_or_muted(kind: type) -> None:
    """Others are somewhere else, or nowhere."""
    ops = Ops()
    ops.come("joe")
    with pytest.raises(NoSuchNick, match=r"joe is not in #ops\. /who lists who is"):
        ops.ask(ops.ada, kind, "joe")
    with pytest.raises(NoSuchNick, match="Nobody here is called zoe"):
        ops.ask(ops.ada, kind, "zoe")


@pytest.mark.parametrize("kind", [intents.Kick, intents.Mute, intents.Ban])
def test_oneself_and_server_operators_are_spared(kind: type) -> None:
    """Unless the actor is a server operator too."""
    ops = Ops()
    with pytest.raises(NotAllowed, match="That would be yourself"):
        ops.ask(ops.ada, kind, "ada")
    ops.elevate(ops.bob)
    with pytest.raises(NotAllowed, match="bob is a server operator and can't be put out"):
        ops.ask(ops.ada, kind, "bob")
    ops.elevate(ops.ada)
    ops.ask(ops.ada, kind, "bob")


# Bans


def test_a_banned_nick_is_put_out_and_kept_out() -> None:
    """Everybody is told of the ban, then of who was put out, with length and reason."""
    ops = Ops()
    (banned, _), (kicked, _) = ops.ban("BOB", 600.0, "spam")
    at = ops.chat.clock.now()
    assert astuple(banned)[2:] == ("ops", "bob", "ada", at + 600, "spam", True)
    assert astuple(kicked)[2:] == ("ops", "bob", "ada", "banned for 10 minutes: spam")
    assert ops.members() == ["ada", "eve"]
    with pytest.raises(Banned) as error:
        run(ops.chat.join(ops.bob, "ops"))
    assert refusal(error) == (
        "You are banned from #ops by ada for another 10 minutes: spam. Try again then."
    )


def test_another_nick_does_not_help() -> None:
    """The ban is on the person who had the nick."""
    ops = Ops()
    ops.ban("bob")
    run(ops.chat.rename(ops.bob, "robert"))
    assert not ops.may_join(ops.bob)


def test_nor_does_coming_again_from_the_same_address() -> None:
    """Banning a guest's nick also bans the cloak behind it, for those who come later."""
    ops = Ops()
    ops.ban("bob")
    ops.chat.disconnect(ops.bob, "")
    assert not ops.may_join(ops.come("robert", cloak="bobcloak"))


def test_who_is_kept_out_for_their_place_is_told_so() -> None:
    """With the way in; whose nick it is, is not told that."""
    ops = Ops()
    ops.ban("bob", 60, "spam")
    joe = ops.come("joe", cloak="bobcloak")
    with pytest.raises(Banned) as error:
        run(ops.chat.join(joe, "ops"))
    assert refusal(error) == (
        "bob, a guest from the same place as you, is banned from #ops by ada for another 1 minute:"
        " spam. Try again then. Who has an account is let in: /login or /register."
    )
    with pytest.raises(Banned, match="You are banned from #ops by ada"):
        run(ops.chat.join(ops.bob, "ops"))
    ops.chat.state.set_account(joe.user, "J")
    assert ops.may_join(joe)


def test_others_behind_the_address_who_were_there_are_left_in_peace() -> None:
    """In the room and on the server; they may also leave and return."""
    ops = Ops()
    inside, outside = ops.come("joe", "ops", cloak="bobcloak"), ops.come("zoe", cloak="bobcloak")
    ops.ban("bob")
    assert ops.members() == ["ada", "eve", "joe"]
    run(ops.chat.part(inside, "ops"))
    assert ops.may_join(inside)
    assert ops.may_join(outside)


def test_later_comers_are_told_apart_even_when_the_clock_stands_still() -> None:
    """While a clock that went back catches up all times are equal; the order is not."""
    ops = Ops()
    ops.chat.clock.set_back(3600)
    before = ops.come("joe", cloak="bobcloak")
    ops.ban("bob")
    after = ops.come("zoe", cloak="bobcloak")
    assert before.user.since == after.user.since
    assert ops.may_join(before)
    assert not ops.may_join(after)


def test_whoever_takes_a_banned_nick_is_kept_out() -> None:
    """A nick that is not here can be banned in advance."""
    ops = Ops()
    facts = ops.ban("Zoë")
    assert len(facts) == 1
    assert facts[0][0].who == "Zoë"
    assert not ops.may_join(ops.come("zoë"))
    assert ops.may_join(ops.come("zoe2"))


@pytest.mark.parametrize("mask", ["b?b", "B*", "*ob", "b*!*@*", "bob!*"])
def test_a_mask_meets_nicks(mask: str) -> None:
    """Whoever fits is put out and kept out, in any case; IRC people write nick!user@host."""
    ops = Ops()
    ops.ban(mask)
    assert ops.members() == ["ada", "eve"]
    assert not ops.may_join(ops.bob)
    assert ops.may_join(ops.come("joe"))


@pytest.mark.parametrize("who", ["bobcloak", "*!*@bobcloak", "*!*@bobc*"])
def test_a_cloak_meets_everybody_behind_it(who: str) -> None:
    """Here the address itself is meant, so those who are here are put out too."""
    ops = Ops()
    ops.come("joe", "ops", cloak="bobcloak")
    ops.ban(who)
    assert ops.members() == ["ada", "eve"]


def test_a_mask_never_meets_its_author_or_server_operators() -> None:
    """A slip bans nobody from their own room."""
    ops = Ops()
    ops.elevate(ops.eve)
    ops.ban("*!*@*cloak*")
    assert ops.members() == ["ada", "eve"]
    run(ops.chat.part(ops.ada, "ops"))
    assert ops.may_join(ops.ada)


def test_brackets_in_a_mask_are_just_brackets() -> None:
    """IRC people have them in their nicks."""
    ops = Ops()
    joe = ops.come("[joe]x", "ops")
    ops.ban("[eb]*")
    assert ops.members() == ["ada", "bob", "eve", "[joe]x"]
    ops.ban("[joe]*")
    assert not ops.may_join(joe)


@pytest.mark.parametrize("who", ["*", "**", "?*", "*!*@*", "", "  ", "*!*"])
def test_a_mask_that_meets_everybody_is_refused(who: str) -> None:
    """It would empty the room."""
    with pytest.raises(BadArguments, match="Say whom: a nick, a cloak, or a mask"):
        Ops().ban(who)


def test_a_mask_of_nick_and_cloak_at_once_is_refused() -> None:
    """It would seem to work and meet nobody."""
    with pytest.raises(BadArguments, match="A mask is for nicks or for cloaks, not both"):
        Ops().ban("bob!*@bobcloak")


def test_a_mask_has_bounds() -> None:
    """Two hundred bans of thirty kilobytes each are not kept."""
    with pytest.raises(BadArguments, match="128 letters at most"):
        Ops().ban("b" * 129 + "*")


def test_what_is_banned_can_forge_no_line() -> None:
    """The text that others read is clean, whatever was written."""
    ops = Ops()
    [(banned, _)] = ops.ban("zoe\n<eve> I quit\x1b[2J")
    assert "\n" not in banned.who
    assert "\x1b" not in banned.who


@pytest.mark.parametrize("kind", [intents.Ban, intents.Mute])
@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_a_time_that_is_over_at_once_is_refused(kind: type, seconds: float) -> None:
    """/ban bob 0m would put out and not keep out."""
    ops = Ops()
    with pytest.raises(BadArguments, match="over at once"):
        ops.ask(ops.ada, kind, "bob", seconds)


def test_a_ban_ends_by_itself() -> None:
    """Until then it says how long it will last."""
    ops = Ops()
    ops.ban("bob", 60.0)
    ops.chat.clock.advance(30)
    with pytest.raises(Banned, match="for another 30 seconds"):
        run(ops.chat.join(ops.bob, "ops"))
    ops.chat.clock.advance(30)
    assert ops.may_join(ops.bob)
    assert ops.chat.state.rooms["ops"].bans == {}


@pytest.mark.parametrize(
    ("banned", "lifted"), [("bob", "BOB"), ("b*", "B*"), ("bobcloak", "*!*@bobcloak")]
)
def test_unban_lifts(banned: str, lifted: str) -> None:
    """By what was written, in any case; the event names it as the ban did."""
    ops = Ops()
    ops.ban(banned)
    [(event, _)] = ops.ask(ops.ada, intents.Unban, lifted)
    assert isinstance(event, Unbanned)
    assert (event.who, event.by) == (banned, "ada")
    assert ops.may_join(ops.bob)


def test_lifting_what_is_not_there_is_refused() -> None:
    """Nor what is over already; what was typed is quoted, short and clean."""
    ops = Ops()
    ops.ban("bob", 60.0)
    ops.chat.clock.advance(60)
    with pytest.raises(NoSuchNick, match=r"There is no ban on bob in #ops\. /bans lists them"):
        ops.ask(ops.ada, intents.Unban, "bob")
    with pytest.raises(NoSuchNick) as error:
        ops.ask(ops.ada, intents.Unban, "x" * 99 + "\n")
    assert len(refusal(error)) < 120


def test_a_room_has_so_many_bans() -> None:
    """Those that are over do not count, and one can be passed anew."""
    ops = Ops(bans=2)
    ops.ban("joe", 60.0)
    ops.ban("zoe")
    ops.ban("zoe", None, "again")
    with pytest.raises(TooMany, match=r"as many bans as there can be \(2\)\. /unban one"):
        ops.ban("bob")
    assert "bob" in ops.members()
    ops.chat.clock.advance(60)
    ops.ban("bob")


def test_the_nearer_end_of_a_ban_for_good() -> None:
    """Without a length the sentence says who can lift it."""
    ops = Ops()
    (_, _), (kicked, _) = ops.ban("bob")
    assert kicked.reason == "banned"
    with pytest.raises(Banned) as error:
        run(ops.chat.join(ops.bob, "ops"))
    assert refusal(error) == (
        "You are banned from #ops by ada. Only ada and the room's other operators can lift that."
    )


# Mutes


def speaks(ops: Ops, session: Session, verb: str = "say") -> bool:
    outcomes: list = []
    getattr(ops.chat, verb)(session, "ops", "hi", outcomes.append)
    if isinstance(outcomes[0], Muted):
        return False
    assert isinstance(outcomes[0], list)
    return True


@pytest.mark.parametrize("verb", ["say", "emote"])
def test_a_muted_person_reads_and_does_not_speak(verb: str) -> None:
    """Neither say nor act, nor set the topic; elsewhere they may."""
    ops = Ops()
    run(ops.chat.join(ops.bob, "lobby"))
    ops.ask(ops.ada, intents.Mute, "bob", 60.0, "spam")
    assert not speaks(ops, ops.bob, verb)
    with pytest.raises(NotAllowed, match="You are muted in #ops and can't set its topic"):
        run(ops.chat.set_topic(ops.bob, "ops", "x"))
    run(ops.chat.set_topic(ops.bob, "lobby", "x"))
    assert speaks(ops, ops.eve, verb)


def test_a_mute_says_by_whom_why_and_for_how_long() -> None:
    """And it ends by itself."""
    ops = Ops()
    ops.ask(ops.ada, intents.Mute, "bob", 60.0, "spam.")
    outcomes: list = []
    ops.chat.say(ops.bob, "ops", "hi", outcomes.append)
    assert str(outcomes[0]) == "ada muted you in #ops for another 1 minute: spam. Try again then."
    ops.chat.clock.advance(60)
    assert speaks(ops, ops.bob)


def test_a_mute_follows_the_person() -> None:
    """Through leaving and coming back, and behind the guest's cloak; a nick is speech too."""
    ops = Ops()
    ops.ask(ops.ada, intents.Mute, "bob")
    with pytest.raises(Muted, match="keep your nick"):
        run(ops.chat.rename(ops.bob, "robert"))
    run(ops.chat.part(ops.bob, "ops"))
    run(ops.chat.join(ops.bob, "ops"))
    assert not speaks(ops, ops.bob)
    assert not speaks(ops, ops.come("bert", "ops", cloak="bobcloak"))


def test_a_mask_for_nicks_meets_nobody_by_their_cloak() -> None:
    """Cloaks are random letters: a short mask would meet strangers."""
    ops = Ops()
    ops.ban("*cloak*")
    assert ops.members() == ["ada", "bob", "eve"]
    assert ops.may_join(ops.come("joe", cloak="joecloak"))


def test_the_muted_do_not_speak_by_other_means() -> None:
    """Reasons for leaving and being away are left out."""
    ops = Ops()
    ops.ask(ops.ada, intents.Mute, "bob")
    run(ops.chat.set_away(ops.bob, "BUY"))
    assert ops.bob.user.away == ""
    [(parted, _)] = run(ops.chat.ask(ops.bob, intents.Part(ops.bob.user.id, "ops", "BUY")))
    assert parted.reason == ""
    run(ops.chat.join(ops.bob, "ops"))
    heard(ops.eve)
    ops.chat.disconnect(ops.bob, "BUY")
    ops.chat.clock.turn()
    assert [event.reason for event in heard(ops.eve) if isinstance(event, Left)] == [""]


def test_unmute_gives_the_voice_back() -> None:
    """Once: then there is nothing to lift."""
    ops = Ops()
    ops.ask(ops.ada, intents.Mute, "bob")
    [(event, _)] = ops.ask(ops.ada, intents.Unmute, "BOB")
    assert isinstance(event, Unmuted)
    assert (event.nick, event.by) == ("bob", "ada")
    assert speaks(ops, ops.bob)
    with pytest.raises(NoSuchNick, match=r"bob is not muted in #ops\. /bans lists who is"):
        ops.ask(ops.ada, intents.Unmute, "bob")


def test_operators_of_the_room_cannot_be_muted() -> None:
    """It would seem to work, and they would go on speaking."""
    ops = Ops()
    ops.ask(ops.ada, intents.SetOperator, "bob", True)
    with pytest.raises(NotAllowed, match="/deop bob first"):
        ops.ask(ops.ada, intents.Mute, "bob")
    ops.ask(ops.ada, intents.SetOperator, "bob", False)
    ops.ask(ops.ada, intents.Mute, "bob")
    ops.ask(ops.ada, intents.SetOperator, "bob", True)
    assert speaks(ops, ops.bob)


def test_a_room_has_so_many_mutes() -> None:
    """The sentence names the command that helps."""
    ops = Ops(bans=1)
    ops.ask(ops.ada, intents.Mute, "bob")
    with pytest.raises(TooMany, match=r"as many mutes as there can be \(1\)\. /unmute one first"):
        ops.ask(ops.ada, intents.Mute, "eve")


def test_acts_are_written_down() -> None:
    """The journal has actor, target and reason, and nothing of what people say."""
    ops = Ops()
    ops.chat.say(ops.bob, "ops", "hi", ignore_outcome)
    ops.ban("bob", 60.0, "spam")
    ops.ask(ops.ada, intents.Unban, "bob")
    journal = ops.chat._journal.events
    assert [type(event).__name__ for event in journal] == ["Banned", "Kicked", "Unbanned"]
    assert not any(isinstance(event, Said) for event in journal)

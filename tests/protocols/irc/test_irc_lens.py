"""Events are what a good server of IRC sends, for each set of capabilities."""

from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twistedchat.core import events
from twistedchat.core.events import Crowd, Event, Notice, Output, Recalled
from twistedchat.protocols.irc.lens import VISIBLE, IrcLens, Lenses, pieces
from twistedchat.protocols.irc.masks import source_of
from twistedchat.protocols.irc.messages import Message, parse
from twistedchat.protocols.irc.splitting import LINE_BYTES
from twistedchat.render.irc_formatting import strip

AT = 1_800_000_000.5
TIME = "2027-01-15T08:00:00.500Z"
ID = "01H"


class Known:
    """Everybody has one cloak."""

    def source(self, nick: str, user: str = "") -> str:
        return source_of(nick, "k2x")

    def renamed(self, old: str, nick: str) -> str:
        return source_of(old, "k2x")

    def remember(self, nick: str, cloak: str) -> None:
        pass

    def account(self, id_: str) -> str:
        return id_ and f"name-of-{id_}"

    def away(self, nick: str) -> str | None:
        return {"tea": "drinking", "gone": ""}.get(nick)


LENSES = Lenses("chat.example.org", Known())
BARE = LENSES.of(frozenset())
FULL = LENSES.of(VISIBLE)


def shown(output: Output, lens: IrcLens = BARE, mine: bool = False) -> list[str]:
    data = lens.render(output, mine).decode()
    assert not data or data.endswith("\r\n")
    return data.split("\r\n")[:-1]


ADA = ":ada!~u@k2x"


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (events.Said(ID, AT, "lobby", "ada", "hi all"), f"{ADA} PRIVMSG #lobby :hi all"),
        (events.Said(ID, AT, "lobby", "ada", "hi"), f"{ADA} PRIVMSG #lobby :hi"),
        (events.Emoted(ID, AT, "r", "ada", "waves"), f"{ADA} PRIVMSG #r :\x01ACTION waves\x01"),
        (events.Whispered(ID, AT, "ada", "bob", ":)"), f"{ADA} PRIVMSG bob ::)"),
        (events.Joined(ID, AT, "r", "ada", "k2x"), f"{ADA} JOIN #r"),
        (events.Parted(ID, AT, "r", "ada"), f"{ADA} PART #r"),
        (events.Parted(ID, AT, "r", "ada", "so long"), f"{ADA} PART #r :so long"),
        (events.Left(ID, AT, "ada"), f"{ADA} QUIT :"),
        (events.Left(ID, AT, "ada", "so long"), f"{ADA} QUIT :so long"),
        (events.Renamed(ID, AT, "ada", "eve"), f"{ADA} NICK eve"),
        (events.TopicChanged(ID, AT, "r", "ada", "ship it"), f"{ADA} TOPIC #r :ship it"),
        (events.TopicChanged(ID, AT, "r", "ada", ""), f"{ADA} TOPIC #r :"),
        (events.Kicked(ID, AT, "r", "bob", "ada", "go away"), f"{ADA} KICK #r bob :go away"),
        (events.Kicked(ID, AT, "r", "bob", "ada"), f"{ADA} KICK #r bob :ada"),
        (events.Opped(ID, AT, "r", "bob", "ada"), f"{ADA} MODE #r +o bob"),
        (events.Opped(ID, AT, "r", "bob", ""), ":chat.example.org MODE #r +o bob"),
        (events.Deopped(ID, AT, "r", "bob", "ada"), f"{ADA} MODE #r -o bob"),
        (events.Banned(ID, AT, "r", "bob*", "ada"), f"{ADA} MODE #r +b bob*"),
        (events.Unbanned(ID, AT, "r", "bob*", "ada"), f"{ADA} MODE #r -b bob*"),
        (events.Muted(ID, AT, "r", "bob", "ada"), f"{ADA} MODE #r +b m:bob"),
        (events.Unmuted(ID, AT, "r", "bob", "ada"), f"{ADA} MODE #r -b m:bob"),
        (
            events.RoleChanged(ID, AT, "r", "bob", "owner", "ada"),
            f"{ADA} MODE #r +qo-v bob bob bob",
        ),
        (events.RoomChanged(ID, AT, "r", "private", "on", "ada"), f"{ADA} MODE #r +s"),
        (
            events.RoomChanged(ID, AT, "r", "filter", "2 words", "ada"),
            ":chat.example.org NOTICE #r :ada changed #r: the word filter is 2 words now.",
        ),
        (events.RoomRegistered(ID, AT, "r", "ada"), f"{ADA} MODE #r +r"),
        (events.RoomDropped(ID, AT, "r", "ada"), f"{ADA} MODE #r -r"),
        (events.RoomDropped(ID, AT, "r", ""), ":chat.example.org MODE #r -r"),
        (
            events.RoomTransferred(ID, AT, "r", "bob", "ada"),
            ":chat.example.org NOTICE #r :ada handed #r on: it belongs to bob now.",
        ),
        (
            events.Deleted(ID, AT, "r", ("1", "2"), "ada", ("bob",)),
            ":chat.example.org NOTICE #r :ada took back 2 lines of bob in #r.",
        ),
        (
            events.Deleted(ID, AT, "", ("1",), "ada", (), "bob"),
            ":chat.example.org NOTICE * :ada took back 1 private message to you.",
        ),
        (
            events.Announced(ID, AT, "back soon", "ada"),
            ":chat.example.org NOTICE * :Announcement by ada: back soon",
        ),
        (Notice("Slow down."), ":chat.example.org NOTICE * :Slow down."),
        (Recalled(events.Said(ID, AT, "r", "ada", "hi all")), f"{ADA} PRIVMSG #r :hi all"),
        (Recalled(events.Whispered(ID, AT, "ada", "bob", "x y")), f"{ADA} PRIVMSG bob :x y"),
    ],
)
def test_what_a_client_without_capabilities_sees(event: Output, line: str) -> None:
    """RFC 2812, and nothing that it does not know."""
    assert shown(event) == [line]


def test_tags_for_who_wants_them() -> None:
    """Time, id and account each by a capability of its own; ids also where they are not used."""
    said = events.Said(ID, AT, "r", "ada", "hi", "u1", "a1")
    for capability, tags in [
        ("server-time", f"@time={TIME} "),
        ("message-tags", f"@msgid={ID} "),
        ("account-tag", "@account=name-of-a1 "),
        ("echo-message", ""),
    ]:
        lens = LENSES.of(frozenset({capability}))
        assert shown(said, lens) == [f"{tags}{ADA} PRIVMSG #r :hi"]
    tags = f"@time={TIME};msgid={ID};account=name-of-a1"
    assert shown(said, FULL) == [f"{tags} {ADA} PRIVMSG #r :hi"]
    assert shown(events.Left(ID, AT, "ada"), FULL) == [f"@time={TIME};msgid={ID} {ADA} QUIT :"]


def test_a_guest_has_no_account_tag() -> None:
    """That is what no tag means."""
    lens = LENSES.of(frozenset({"account-tag"}))
    assert shown(events.Said(ID, AT, "r", "ada", "hi"), lens) == [f"{ADA} PRIVMSG #r :hi"]


def test_extended_join() -> None:
    """With the account, or a star, and a name."""
    lens = LENSES.of(frozenset({"extended-join"}))
    assert shown(events.Joined(ID, AT, "r", "ada", "k2x"), lens) == [f"{ADA} JOIN #r * :ada"]
    joined = events.Joined(ID, AT, "r", "ada", "k2x", "a1")
    assert shown(joined, lens) == [f"{ADA} JOIN #r name-of-a1 :ada"]


def test_who_comes_with_a_role_is_given_it_by_the_server() -> None:
    """As servers do for people whom they know."""
    joined = events.Joined(ID, AT, "r", "ada", "k2x", "a1", "owner")
    assert shown(joined) == [f"{ADA} JOIN #r", ":chat.example.org MODE #r +qo ada ada"]
    member = events.Joined(ID, AT, "r", "ada", "k2x", "a1", "member")
    assert shown(member) == [f"{ADA} JOIN #r"]


def test_away_only_for_who_wants_to_know() -> None:
    """An empty reason would mean that somebody is back."""
    away, back = events.WentAway(ID, AT, "ada", "tea"), events.CameBack(ID, AT, "ada")
    lens = LENSES.of(frozenset({"away-notify"}))
    assert shown(away) == shown(back) == []
    assert shown(away, lens) == [f"{ADA} AWAY :tea"]
    assert shown(events.WentAway(ID, AT, "ada"), lens) == [f"{ADA} AWAY :Away"]
    assert shown(back, lens) == [f"{ADA} AWAY"]


def test_who_comes_and_is_away() -> None:
    """Is told to be, to who wants to know."""
    lens = LENSES.of(frozenset({"away-notify"}))
    for nick, reason in (("tea", "drinking"), ("gone", "Away")):
        joined = events.Joined(ID, AT, "r", nick, "k2x")
        assert shown(joined, lens) == [f":{nick}!~u@k2x JOIN #r", f":{nick}!~u@k2x AWAY :{reason}"]
        assert shown(joined) == [f":{nick}!~u@k2x JOIN #r"]


def test_own_private_messages_only_for_who_wants_echoes() -> None:
    """Other clients show them themselves."""
    whispered = events.Whispered(ID, AT, "ada", "bob", "hi you")
    assert shown(whispered, mine=True) == []
    lens = LENSES.of(frozenset({"echo-message"}))
    assert shown(whispered, lens, mine=True) == [f"{ADA} PRIVMSG bob :hi you"]


def test_an_invitation_is_for_the_invited() -> None:
    """Who invited is answered otherwise."""
    invited = events.Invited(ID, AT, "r", "ada", "bob")
    assert shown(invited, mine=True) == [":bob!~u@k2x INVITE ada #r"]
    assert shown(invited) == []


def test_redaction_for_who_knows_it() -> None:
    """A line for each message."""
    lens = LENSES.of(frozenset({"draft/message-redaction"}))
    deleted = events.Deleted(ID, AT, "r", ("1", "2"), "ada")
    assert shown(deleted, lens) == [f"{ADA} REDACT #r 1", f"{ADA} REDACT #r 2"]
    private = events.Deleted(ID, AT, "", ("1",), "ada", (), "bob")
    assert shown(private, lens) == [f"{ADA} REDACT bob 1"]


def test_a_crowd_is_told_one_by_one() -> None:
    """Clients count people themselves."""
    crowd = Crowd((events.Joined(ID, AT, "r", "ada", "k2x"), events.Left(ID, AT, "ada")))
    assert shown(crowd) == [f"{ADA} JOIN #r", f"{ADA} QUIT :"]


def test_what_is_not_stored_says_so() -> None:
    """As at other doors."""
    said = events.Said(ID, AT, "r", "ada", "hi", stored=False)
    assert shown(said) == [f"{ADA} PRIVMSG #r :hi [not stored]"]


def test_a_long_message_has_one_id() -> None:
    """On its first line: a client that knows the id would take the others for repetitions."""
    said = events.Said(ID, AT, "r", "ada", "word " * 300)
    lines = shown(said, LENSES.of(frozenset({"message-tags", "server-time"})))
    assert len(lines) == 4
    assert [("msgid" in line) for line in lines] == [True, False, False, False]
    assert all(line.startswith(f"@time={TIME}") for line in lines)
    emoted = shown(events.Emoted(ID, AT, "r", "ada", "é" * 500))
    assert all(line.endswith("\x01") and "\x01ACTION é" in line for line in emoted)


def test_a_look_goes_on_in_the_next_line() -> None:
    """Bold text is bold to its end."""
    first, second = pieces("\x02" + "bold " * 30, 120)
    assert first.startswith("\x02bold")
    assert second.startswith("\x02bold")


@given(st.text("ab \x02\x03\x0f\x1f4,é", max_size=400), st.integers(60, 200))
def test_pieces_of_a_formatted_text_fit(text: str, room: int) -> None:
    """And say the same."""
    found = list(pieces(text, room))
    assert all(len(piece.encode()) <= room for piece in found)
    assert "\x02" in text or "\x03" in text or "".join(map(strip, found)) == strip(text)


def test_equal_sets_have_one_lens() -> None:
    """Readers with equal lenses share every byte; what is not seen makes no difference."""
    seen = frozenset({"server-time", "sasl", "batch"})
    assert LENSES.of(seen) is LENSES.of(frozenset({"server-time", "cap-notify"}))
    assert LENSES.of(seen) is not BARE
    assert BARE.for_room(True) is BARE.for_room(False) is BARE


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=700)
values: dict[str, st.SearchStrategy[Any]] = {
    "at": st.just(AT),
    "until": st.none(),
    "stored": st.booleans(),
    "forced": st.booleans(),
    "absent": st.booleans(),
    "ids": st.lists(texts, max_size=3).map(tuple),
    "of": st.lists(texts, max_size=3).map(tuple),
    "role": st.sampled_from(["", "owner", "operator", "voiced", "member", "outcast"]),
}


@pytest.mark.parametrize("kind", get_args(Event))
@settings(max_examples=15, deadline=None)
@given(st.data())
def test_every_event_is_lines_that_fit(kind: type, data: st.DataObject) -> None:
    """Whatever a stranger could put into it, if names and texts were not cleaned."""
    fields = kind.__dataclass_fields__
    names = st.text("aé:", min_size=1, max_size=30)
    made = kind(
        **{
            name: data.draw(values.get(name, texts if name in {"text", "reason"} else names))
            for name in fields
        }
    )
    for lens in (BARE, FULL):
        for mine in (True, False):
            for line in lens.render(made, mine).split(b"\r\n")[:-1]:
                body = line.partition(b" ")[2] if line.startswith(b"@") else line
                assert len(body) + 2 <= LINE_BYTES
                assert isinstance(parse(line), Message)

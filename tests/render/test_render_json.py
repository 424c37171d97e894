"""Events as JSON: both ends agree, and nothing of the inside gets out."""

import json
from dataclasses import fields, replace
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twistedchat.core.events import Deleted, Event, Notice, Said
from twistedchat.render.json import JSON_LENS, decode, encode, line

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
times = st.integers(0, 4_000_000_000_000).map(lambda ms: ms / 1000)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "at": times,
    "until": st.none() | times,
    "stored": st.booleans(),
    "forced": st.booleans(),
    "absent": st.booleans(),
    "ids": st.lists(texts).map(tuple),
    "of": st.lists(texts).map(tuple),
}


def of_kind(kind: type) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{f.name: VALUES.get(f.name, texts) for f in fields(kind)})


outputs = st.one_of(st.builds(Notice, texts, texts), *map(of_kind, get_args(Event)))


def to_milliseconds(event: Any) -> Any:
    """As the wire carries it: times to the millisecond, no ids of users, nothing of storage."""
    changes: dict[str, Any] = {
        name: round(int(at * 1000) / 1000, 3)
        for name in ("at", "until")
        if isinstance(at := getattr(event, name, None), float)
    }
    for inside in ("user", "to_account"):
        if hasattr(event, inside):
            changes[inside] = ""
    return replace(event, **changes)


@settings(deadline=None)
@given(outputs)
def test_what_is_encoded_can_be_decoded(output: Any) -> None:
    """Every kind of output, whatever its values, over a line of bytes."""
    raw = line(encode(output))
    assert raw.endswith(b"\n")
    assert raw.count(b"\n") == 1
    assert decode(json.loads(raw)) == to_milliseconds(output)
    assert JSON_LENS.render(output) == JSON_LENS.render(output, True) == raw


@pytest.mark.parametrize("kind", get_args(Event))
def test_the_shape_is_the_one_of_the_specification(kind: type) -> None:
    """A type in snake case, msgid and time, and no id of a user."""
    values: dict[str, Any] = dict.fromkeys((f.name for f in fields(kind)), "x")
    values |= {name: 0.0 for name in ("at", "until") if name in values}
    event = kind(**values)
    encoded = encode(event)
    assert encoded["type"].islower()
    assert encoded["msgid"] == "x"
    assert encoded["time"] == "1970-01-01T00:00:00.000Z"
    assert not {"id", "at", "user"} & set(encoded)
    if "room" in encoded:
        assert encoded["room"] == "#x"


def test_an_example_of_the_specification() -> None:
    """Field by field."""
    said = Said("01KAR1V6Z0C5W8E3M4T9QJ2XNB", 1763859783.4565, "lobby", "ada", "hi all", "u")
    assert JSON_LENS.render(said) == (
        b'{"type":"said","msgid":"01KAR1V6Z0C5W8E3M4T9QJ2XNB",'
        b'"time":"2025-11-23T01:03:03.456Z","room":"#lobby","nick":"ada","text":"hi all"}\n'
    )


def test_what_is_as_usual_is_left_out() -> None:
    """The account of a guest, and that a message is stored."""
    said = Said("1", 0.0, "lobby", "ada", "hi", account="a1", stored=False)
    assert (encode(said)["account"], encode(said)["stored"]) == ("a1", False)
    assert not {"account", "stored"} & set(encode(Said("1", 0.0, "lobby", "ada", "hi")))


SAID = encode(Said("1", 0.0, "lobby", "ada", "hi"))


@pytest.mark.parametrize("name", ["msgid", "time", "room", "nick", "text"])
@pytest.mark.parametrize("value", [None, 5, ["x"]])
def test_a_field_that_is_missing_or_of_another_kind_is_told(name: str, value: object) -> None:
    """The ValueError names it."""
    with pytest.raises(ValueError, match=f"{name} must be a text"):
        decode({**SAID, name: value})


@pytest.mark.parametrize("time", ["", "yesterday", "2026-13-01T00:00:00Z", "2026-11-23T01:02:03"])
def test_a_time_that_is_none_is_told(time: str) -> None:
    """Nor is one without its zone: the reader's own would be guessed."""
    with pytest.raises(ValueError):  # noqa: PT011 - the words are the library's
        decode({**SAID, "time": time})


@pytest.mark.parametrize("kind", [None, "", "welcome", "ok", 5, ["said"]])
def test_what_is_no_event_is_none(kind: object) -> None:
    """Replies, and events of a later version."""
    assert decode({**SAID, "type": kind}) is None


def test_fields_that_may_be_missing() -> None:
    """Null means the same as missing; unknown fields are ignored."""
    parted = decode({"type": "parted", "msgid": "1", "time": "1970-01-01T00:00:00Z",
                     "room": "#x", "nick": "ada", "reason": None, "later": 1})  # fmt: skip
    assert parted.reason == ""
    assert decode({"type": "notice", "text": "hi", "code": "x"}) == Notice("hi", "x")


def test_private_messages_are_taken_back_in_no_room() -> None:
    """The room is null, and there is another end."""
    deleted = Deleted("9", 0.0, "", ("1", "2"), "ada", (), "bob")
    assert encode(deleted) == {
        "type": "deleted", "msgid": "9", "time": "1970-01-01T00:00:00.000Z", "room": None,
        "msgids": ("1", "2"), "by": "ada", "to": "bob",
    }  # fmt: skip
    assert decode(json.loads(line(encode(deleted)))) == deleted


@pytest.mark.parametrize("ids", ["1", [1], {"1": 2}])
def test_a_list_of_ids_that_is_none_is_told(ids: object) -> None:
    """Nobody guesses which messages are meant."""
    deleted = encode(Deleted("9", 0.0, "lobby", ("1",), "ada"))
    with pytest.raises(ValueError, match="msgids must be a list of texts"):
        decode({**deleted, "msgids": ids})


def test_a_lone_surrogate_breaks_no_line() -> None:
    """It cannot be UTF-8 and becomes a question mark."""
    assert line({"text": "a\ud800b"}) == b'{"text":"a?b"}\n'


def test_programs_see_every_room_alike() -> None:
    """One lens for all, which echoes and does not follow."""
    assert JSON_LENS.for_room(False) is JSON_LENS.for_room(True) is JSON_LENS
    assert (JSON_LENS.echo, JSON_LENS.bell, JSON_LENS.follows) == (True, b"", False)

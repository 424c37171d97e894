"""Reading the fields of a request."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.core.errors import BadArguments, BadSyntax
from twistedchat.protocols import fields


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"1", b"null", b'{"a":NaN}', b'{"a":-Infinity}', b"\xff",
            b"\xef\xbb\xbf{}", b"[" * 30000, b'{"a":' + b"1" * 5000 + b"}"],
)  # fmt: skip
def test_what_is_no_object(raw):
    """Is told, never raised."""
    error = fields.read_object(raw)
    assert isinstance(error, BadSyntax)
    assert str(error).endswith(".")


@given(st.binary())
def test_any_bytes(raw):
    """Give an object or an error."""
    assert isinstance(fields.read_object(raw), dict | BadSyntax)


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.none()))
def test_any_object(wanted):
    """Is read as it was written."""
    assert fields.read_object(json.dumps(wanted).encode()) == wanted


def test_missing_and_null_are_the_same():
    """Except for a text that must be there."""
    for request in ({}, {"x": None}):
        assert fields.optional(request, "x") == ""
        assert fields.flag(request, "x") is False
        assert fields.flag(request, "x", default=True) is True
        assert fields.number(request, "x", 1, 2) is None
        assert fields.whole(request, "x", 1, 2) is None
        assert fields.texts(request, "x", 5) is None
        assert fields.message_id(request, "x") is None
        with pytest.raises(BadArguments, match=r"x must be a text\."):
            fields.text(request, "x")


def test_values_of_their_kind():
    """Are given as they are."""
    request = {"t": "text", "f": True, "n": 1.5, "l": ["a"], "m": "0" * 26, "r": "#Ops", "w": 2.0}
    assert fields.text(request, "t") == fields.optional(request, "t") == "text"
    assert fields.flag(request, "f") is True
    assert fields.number(request, "n", 1, 2) == 1.5
    assert fields.whole(request, "w", 1, 2) == 2
    assert fields.texts(request, "l", 1) == ["a"]
    assert fields.message_id(request, "m") == "0" * 26
    assert fields.room(request, "r") == "ops"
    assert fields.target({"w": "bob*"}, "w") == "bob*"


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (fields.text, 5), (fields.optional, []), (fields.flag, "yes"), (fields.flag, 1),
        (lambda r, n: fields.number(r, n, 1, 2), "1"), (lambda r, n: fields.number(r, n, 1, 2), 3),
        (lambda r, n: fields.number(r, n, 0, 2), True),
        (lambda r, n: fields.whole(r, n, 1, 2), 1.5),
        (lambda r, n: fields.texts(r, n, 1), ["a", "b"]), (lambda r, n: fields.texts(r, n, 1), "a"),
        (lambda r, n: fields.texts(r, n, 1), [1]), (fields.message_id, "short"),
        (fields.message_id, 5), (fields.room, None), (fields.target, "a b"),
    ],
)  # fmt: skip
def test_values_of_another_kind(read, value):
    """Are named, with what is allowed."""
    with pytest.raises(BadArguments, match=r"\.$"):
        read({"x": value}, "x")


def test_rooms_that_nobody_can_have():
    """Fit none, and are cut before they are quoted."""
    assert fields.room({"r": "a b"}, "r") == "a b"
    assert len(fields.room({"r": "a b" * 100}, "r")) == fields.ID_CHARS


def test_quoted():
    """Short and clean."""
    assert fields.quoted("x" * 100) == '"' + "x" * 39 + '\u2026"'

"""A log-in in chunks of 400 bytes ends in a claim to be checked, or in a refusal."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.protocols.irc.sasl import (
    CHUNK,
    CHUNKS_MOST,
    EXTERNAL,
    FAILED,
    PLAIN,
    Continue,
    Exchange,
    Refused,
    Step,
    WithCertificate,
    WithPassword,
    chunks,
)

MECHANISMS = (PLAIN, EXTERNAL)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def exchange(mechanism: str, *sent: str) -> Step:
    one = Exchange(MECHANISMS)
    assert one.take(mechanism) == Continue("+")
    step: Step = FAILED
    for text in sent:
        step = one.take(text)
    assert one.open == isinstance(step, Continue)
    return step


def codes(step: Step) -> list[str]:
    assert isinstance(step, Refused)
    return [numeric.code for numeric, _ in step.numerics]


def test_a_name_and_a_password() -> None:
    """With whose account it is, or without (the example of the specification)."""
    assert exchange(PLAIN, "amlsbGVzAGppbGxlcwBzZXNhbWU=") == WithPassword("jilles", "sesame")
    assert exchange(PLAIN, encoded("\0ada\0pass word")) == WithPassword("ada", "pass word")


@pytest.mark.parametrize(
    "sent",
    ["", "ada", "\0ada", "\0ada\0", "\0\0secret", "bob\0ada\0secret", "\0ada\0sec\0ret", "\0\0"],
)
def test_what_is_no_name_and_password_fails(sent: str) -> None:
    """Nobody logs in for somebody else."""
    assert exchange(PLAIN, encoded(sent) or "+") == FAILED


@pytest.mark.parametrize("sent", ["%%%", "AGFkYQ", "é", "/w==", "AGFk YQ=="])
def test_what_is_no_base64_of_utf_8_fails(sent: str) -> None:
    """Whatever it is."""
    assert exchange(PLAIN, sent) == FAILED


def test_a_certificate() -> None:
    """For whom it belongs to, or with a name."""
    assert exchange(EXTERNAL, "+") == WithCertificate("")
    assert exchange(EXTERNAL, encoded("ada")) == WithCertificate("ada")
    assert exchange(EXTERNAL, encoded("a\0da")) == FAILED


def test_an_unknown_mechanism_is_answered_with_those_there_are() -> None:
    """In whatever case a known one is written."""
    one = Exchange(MECHANISMS)
    step = one.take("SCRAM-SHA-256")
    assert codes(step) == ["908", "904"]
    assert isinstance(step, Refused)
    assert step.numerics[0][1] == ("PLAIN,EXTERNAL",)
    assert not one.open
    assert one.take("plain") == Continue("+")


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_what_is_cut_into_chunks_arrives_whole(password: str) -> None:
    """Also if the last chunk is full."""
    password = password.ljust(300, "x")
    for extra in range(4):
        sent = encoded(f"\0ada\0{password}{'y' * extra}")
        pieces = chunks(sent)
        assert all(len(piece) <= CHUNK for piece in pieces)
        assert len(pieces[-1]) < CHUNK
        assert exchange(PLAIN, *pieces) == WithPassword("ada", password + "y" * extra)


def test_a_full_last_chunk_is_followed_by_an_empty_one() -> None:
    """400 bytes of base64 are 300 of text."""
    sent = encoded("\0ada\0" + "x" * 295)
    assert len(sent) == CHUNK
    assert chunks(sent) == (sent, "+")
    assert exchange(PLAIN, sent) == Continue()


def test_a_chunk_over_400_bytes_ends_it() -> None:
    """And so do chunks without end."""
    assert codes(exchange(PLAIN, "A" * (CHUNK + 1))) == ["905"]
    assert codes(exchange(PLAIN, *["A" * CHUNK] * CHUNKS_MOST)) == ["905"]


def test_a_star_gives_up() -> None:
    """Before it has begun, too; then it can begin again."""
    assert codes(exchange(PLAIN, "A" * CHUNK, "*")) == ["906"]
    one = Exchange(MECHANISMS)
    assert codes(one.take("*")) == ["906"]
    one.take(PLAIN)
    assert one.abort()
    assert not one.abort()
    assert one.take(EXTERNAL) == Continue("+")


@given(st.lists(st.text(max_size=10), max_size=6))
def test_any_words_are_answered(sent: list[str]) -> None:
    """Nothing raises, and nobody is logged in by chance."""
    one = Exchange(MECHANISMS)
    for text in sent:
        step = one.take(text)
        assert not isinstance(step, WithPassword)

"""Refusals and their codes, which are part of the wire protocol."""

import re
from pathlib import Path

import pytest

from twistedchat.core import errors
from twistedchat.core.errors import ChatError

KINDS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ChatError)
]
PROTOCOL = Path(__file__).parents[2] / "docs" / "wire-protocol.md"


def test_every_kind_has_a_code_of_its_own() -> None:
    """Programs tell refusals apart by it."""
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("kind", KINDS)
def test_every_code_is_in_the_specification(kind: type[ChatError]) -> None:
    """A code that the document does not list would be unknown to every client."""
    listed = set(re.findall(r"`([a-z-]+)`", PROTOCOL.read_text("utf-8").split("## Error codes")[1]))
    assert kind.code in listed or kind is errors.BadName


def test_the_text_is_the_sentence_the_person_reads() -> None:
    """And nothing is carried unless somebody says so."""
    error = errors.NoSuchRoom("No such room: #x. /rooms lists them.")
    assert str(error) == "No such room: #x. /rooms lists them."
    assert dict(error.carried) == {}

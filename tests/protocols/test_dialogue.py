"""What all dialogues share."""

import pytest

from twistedchat.protocols.dialogue import without_blanks
from twistedchat.protocols.lines import TooLongLine

LONG = TooLongLine(5)


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ([], []), ([b"", b" \t", b"\0", b"\r"], []), ([b"", b"a", b""], [b"a", b""]),
        ([b"", LONG, b"a"], [LONG, b"a"]), ([b" a "], [b" a "]),
    ],
)  # fmt: skip
def test_blank_lines_at_the_beginning(lines, left):
    """Are left out; what is too long is not blank."""
    assert list(without_blanks(lines)) == left

"""Lines in a byte stream."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.protocols.lines import Line, LineSplitter, TooLongLine, edit

LIMIT = 10

line_bytes = st.lists(
    st.one_of(
        st.sampled_from([b"\r", b"\n", b"\0", b"\r\n", b"\r\0", b"x" * (LIMIT - 1), b"y" * LIMIT]),
        st.binary(max_size=4),
    ),
    max_size=40,
).map(b"".join)


def split(chunks: list[bytes], limit: int = LIMIT) -> tuple[list[Line], bytes | None]:
    splitter = LineSplitter(limit)
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    return lines, splitter.finish()


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\0"])
def test_line_ends(end: bytes) -> None:
    """LF, CR LF and CR NUL each end a line and are no part of it."""
    assert split([b"a" + end + end + b"b" + end]) == ([b"a", b"", b"b"], None)


@pytest.mark.parametrize("end", [b"\r\n", b"\r\0"])
def test_line_end_cut_in_two(end: bytes) -> None:
    """A line end between two reads is one line end."""
    assert split([b"a\r", end[1:], b"b\r", end[1:] + b"c"]) == ([b"a", b"b"], b"c")


def test_lone_cr_and_nul_stay_in_the_line() -> None:
    """A CR in a text makes no second line; cleaning it is the core's part."""
    assert split([b"a\rb\0c\n"]) == ([b"a\rb\0c"], None)
    assert split([b"a\r", b"b\n"]) == ([b"a\rb"], None)
    assert split([b"a\r\r\n\r\r\0"]) == ([b"a\r", b"\r"], None)


def test_empty_read_changes_nothing() -> None:
    """No bytes are no line, and do not part a CR from its LF."""
    assert split([b"", b"a\r", b"", b"\n"]) == ([b"a"], None)


def test_finish_gives_the_unterminated_line_once() -> None:
    """A last line without its end counts; half a line end is no text."""
    splitter = LineSplitter(LIMIT)
    assert splitter.feed(b"a\nb\r") == [b"a"]
    assert splitter.finish() == b"b"
    assert splitter.finish() is None


def test_line_at_the_limit_passes_with_any_end() -> None:
    """The limit does not count the line end, however it is cut."""
    line = b"x" * LIMIT
    assert split([line + b"\r\n", line + b"\r", b"\n", line, b"\n", line]) == ([line] * 3, line)


def test_long_line_is_reported_in_its_place() -> None:
    """One marker stands for the line, and its neighbours are whole."""
    data = b"a\n" + b"x" * 50 + b"\nb\n"
    assert split([data]) == ([b"a", TooLongLine(LIMIT + 1), b"b"], None)


def test_long_line_is_reported_before_it_ends() -> None:
    """An endless line is told of at once, once, and is not there at the end."""
    splitter = LineSplitter(LIMIT)
    assert splitter.feed(b"x" * LIMIT) == []
    assert splitter.feed(b"x") == [TooLongLine(LIMIT + 1)]
    assert splitter.feed(b"x" * 1000) == []
    assert splitter.finish() is None


def test_after_a_long_line_the_next_is_whole() -> None:
    """What is discarded ends with the line, also when its end is cut in two."""
    chunks = [b"x" * 11, b"x\r", b"\0ok\n", b"y" * 11, b"\n\nfine"]
    marker = TooLongLine(LIMIT + 1)
    assert split(chunks) == ([marker, b"ok", marker, b""], b"fine")


def test_a_held_cr_counts_when_it_was_text() -> None:
    """A CR that turns out to be text makes a full line too long."""
    assert split([b"x" * LIMIT + b"\r", b"y\n"]) == ([TooLongLine(LIMIT + 1)], None)


def test_endless_line_takes_no_memory() -> None:
    """Never more than the limit is kept."""
    splitter = LineSplitter(LIMIT)
    for _ in range(100):
        splitter.feed(b"x")
        assert len(splitter._rest or b"") <= LIMIT


@given(data=line_bytes, places=st.lists(st.integers(min_value=0), max_size=12))
def test_any_cut_gives_the_same(data: bytes, places: list[int]) -> None:
    """Lines do not depend on how the bytes were cut."""
    ends = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    chunks = [data[start:end] for start, end in pairwise(ends)]
    assert split(chunks) == split([data])


@given(data=line_bytes)
def test_byte_by_byte_gives_the_same(data: bytes) -> None:
    """Not even when every byte comes alone."""
    assert split([data[i : i + 1] for i in range(len(data))]) == split([data])


@given(data=line_bytes)
def test_lines_are_what_the_grammar_says(data: bytes) -> None:
    """Without a limit, lines are what stands between the line ends."""
    *expected, last = re.split(rb"\r\n|\r\0|\n", data)
    assert split([data], limit=10_000) == (expected, last.removesuffix(b"\r") or None)


@pytest.mark.parametrize(
    ("line", "edited"),
    [
        (b"plain", b"plain"),
        (b"helllo\x7f\x7fo", b"hello"),
        (b"ab\x08c", b"ac"),
        (b"a\x08\x08\x7fb", b"b"),
        ("wör\x7f\x7fo".encode(), b"wo"),
        ("a\U0001f600\x7fb".encode(), b"ab"),
        (b"\x7f", b""),
        (b"a\xff\xc3\x7fb", b"a\xffb"),
    ],
)
def test_erase_characters(line: bytes, edited: bytes) -> None:
    """Each erase takes one whole character, and none goes past the start."""
    assert edit(line) == edited


@given(line=st.binary().filter(lambda line: b"\x7f" not in line and b"\x08" not in line))
def test_edit_leaves_other_bytes_alone(line: bytes) -> None:
    """What is erased is gone, and any other bytes stay as they were."""
    assert edit(line) == line
    assert edit(b"x\x7f" + line) == line


@given(text=st.text().filter(lambda text: "\x7f" not in text and "\x08" not in text))
def test_as_many_erases_as_characters_leave_nothing(text: str) -> None:
    """Erasing is counted in characters, not in bytes."""
    assert edit(text.encode() + b"\x08" * len(text)) == b""

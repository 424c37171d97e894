import os
import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.client.standard import MAX_LINE, InputThread, Lines, write_out


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=6))
def test_the_pieces_do_not_matter(data: bytes, cuts: list[int]) -> None:
    """Any bytes cut at any places are the same lines."""
    whole, pieces = Lines(), Lines()
    expected = [*whole.feed(data), *whole.end()]
    places = [0, *sorted(cuts), len(data)]
    got: list[str] = []
    for start, end in pairwise(places):
        got += pieces.feed(data[start:end])
    assert [*got, *pieces.end()] == expected


def test_line_ends_of_both_kinds_and_none_at_the_end() -> None:
    """A last line without its end counts, and what is no UTF-8 is shown as such."""
    lines = Lines()
    assert list(lines.feed(b"one\r\ntwo\n\nthr\xff")) == ["one", "two", ""]
    assert list(lines.end()) == ["thr\ufffd"]
    assert list(lines.end()) == []


def test_an_endless_line_does_not_fill_the_memory() -> None:
    """It is cut, and what follows it is read."""
    lines = Lines()
    for _ in range(40):
        assert list(lines.feed(b"x" * 65536)) == []
    [line] = lines.feed(b"\n")
    assert len(line) == MAX_LINE + 1


class Reactor:
    """Runs what a thread hands over, at once."""

    def callFromThread(self, call: Callable[..., None], *arguments: Any) -> None:
        call(*arguments)


def test_input_is_read_piece_by_piece_as_wanted() -> None:
    """Nothing is read before it is asked for, and the end is an empty piece."""
    read, write = os.pipe()
    pieces: list[bytes] = []
    came = threading.Semaphore(0)

    def feed(data: bytes) -> None:
        pieces.append(data)
        came.release()

    reader = InputThread(Reactor(), read, feed)
    os.write(write, b"one")
    reader.more()
    assert came.acquire(timeout=10)
    os.write(write, b"two")
    os.close(write)
    assert pieces == [b"one"]
    for _ in range(2):
        reader.more()
        assert came.acquire(timeout=10)
    os.close(read)
    assert pieces == [b"one", b"two", b""]


def test_a_closed_input_is_an_empty_one() -> None:
    """No traceback from the thread."""
    came = threading.Event()
    read, write = os.pipe()
    os.close(read)
    os.close(write)
    InputThread(Reactor(), read, lambda data: came.set() if not data else None).more()
    assert came.wait(timeout=10)


def test_output_is_written_at_once(capfd: pytest.CaptureFixture[str]) -> None:
    """One line, without waiting for more; what is no text is replaced."""
    write_out("é\ud800")
    assert capfd.readouterr().out == "é?\n"

"""Any bytes are a line of IRC or a flaw that can be told; what we write reads the same."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twistedchat.protocols.irc.messages import (
    BODY_BYTES,
    CLIENT_TAG_BYTES,
    NO_TAGS,
    Flaw,
    Flawed,
    Message,
    escape,
    format_line,
    parse,
    read_tags,
    unescape,
)
from twistedchat.protocols.lines import LineSplitter

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=" \r\n\0"), min_size=1, max_size=9
).filter(lambda word: not word.startswith(":"))
commands = st.from_regex(r"[A-Z]{1,9}|[0-9]{3}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=20)
params = st.tuples(st.lists(words, max_size=4), st.lists(texts, max_size=1)).map(
    lambda pair: (*pair[0], *pair[1])
)
keys = st.from_regex(r"\+?([a-z.]{1,5}/)?[a-z0-9-]{1,8}", fullmatch=True)
values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)
tags = st.dictionaries(keys, values, max_size=3)

# Pieces of which a hostile or careless client makes lines.
# fmt: off
PIECES = st.sampled_from([
    b"@", b":", b" ", b";", b"=", b"\\", b"\\s", b"\r", b"\n",
    b"\r\n", b"\0", b"\xff", b"\xc3", b"\xa9",
    b"PRIVMSG", b"#room", b"hi", b"+t", b"@a=b;c ", b":x!y@z ", b"\t", b"\xc2\xa0",
])
# fmt: on
streams = st.one_of(st.binary(max_size=80), st.lists(PIECES, max_size=25).map(b"".join))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"PRIVMSG #r :hello you", Message("PRIVMSG", ("#r", "hello you"))),
        (b"privmsg #r hello", Message("PRIVMSG", ("#r", "hello"))),
        (b"PING", Message("PING")),
        (b"PING ", Message("PING")),
        (b"  PING   a  b  :c  d ", Message("PING", ("a", "b", "c  d "))),
        (b"PING a  ", Message("PING", ("a",))),
        (b"TOPIC #r :", Message("TOPIC", ("#r", ""))),
        (b"TOPIC #r ::)", Message("TOPIC", ("#r", ":)"))),
        (b"A b:c :d :e", Message("A", ("b:c", "d :e"))),
        (b":ada!a@h NICK bob", Message("NICK", ("bob",), "ada!a@h")),
        (b":  NICK bob", Message("NICK", ("bob",), "")),
        (b"@a=b;+c/d-e;f= :s  X y", Message("X", ("y",), "s", {"a": "b", "+c/d-e": "", "f": ""})),
        (b"@a=1;a=2 X", Message("X", (), "", {"a": "2"})),
        (b"@a=\\:\\s\\\\\\r\\n\\x\\ X", Message("X", (), "", {"a": "; \\\r\nx"})),
        (b"@;=v;; X", Message("X")),
        (b"", Message("")),
        (b"   ", Message("")),
        (b"@a=b", Message("", (), "", {"a": "b"})),
        (b":source", Message("", (), "source")),
        (b"PRIV\0MSG #r :a\0b", Message("PRIVMSG", ("#r", "ab"))),
        ("NICK Ünsal\u00a0x".encode(), Message("NICK", ("Ünsal\u00a0x",))),
        (b"JOIN\t#r", Message("JOIN\t#R")),
    ],
)
def test_a_line_is_read_tolerantly(line: bytes, message: Message) -> None:
    """Spaces too many, missing words, escapes, tags without values: nothing is a fault."""
    assert parse(line) == message


@given(commands, params, words | st.just(""), tags)
@example("X", ("a", ":"), "", {})
@example("X", (), "s", {"a": "\\"})
def test_what_is_written_reads_the_same(
    command: str, given: tuple[str, ...], source: str, tags: dict[str, str]
) -> None:
    """Over one line that ends in CR LF."""
    raw = format_line(command, given, source, tags)
    assert raw.endswith(b"\r\n")
    assert parse(raw[:-2]) == Message(command, given, source, tags or NO_TAGS)


@given(st.lists(anything, max_size=4), anything, st.dictionaries(keys, anything, max_size=2))
@example(["a b", ":c", "", "d"], "x\r\ny", {})
@example(["\r\nQUIT"], "", {})
def test_whatever_is_written_is_one_line_with_as_many_words(
    given: list[str], source: str, tags: dict[str, str]
) -> None:
    """No word of a stranger's makes a second line, or moves what stands behind it."""
    raw = format_line("X", given, source, tags)
    assert raw.count(b"\n") == raw.count(b"\r") == 1
    assert b"\0" not in raw
    message = parse(raw[:-2])
    assert isinstance(message, Message)
    assert message.command == "X"
    assert len(message.params) == len(given)


def test_a_text_has_a_colon() -> None:
    """Also where it could do without: simple clients look for it."""
    assert format_line("X", ("a", "b"), text=True) == b"X a :b\r\n"
    assert format_line("X", ("a", "b")) == b"X a b\r\n"
    assert format_line("X", (), text=True) == b"X\r\n"


@given(st.text())
def test_a_surrogate_is_no_reason_to_fail(text: str) -> None:
    """Text that can't be encoded is sent with question marks."""
    assert format_line("X", [text + "\ud800"]).endswith(b"\r\n")


@given(st.text("aé中👍", min_size=200, max_size=600))
def test_a_line_of_ours_is_never_too_long(text: str) -> None:
    """It is cut between characters, and tags do not count."""
    raw = format_line("TOPIC", ("#r", text), "ada!a@h", {"a": "b" * 600})
    message = parse(raw[:-2])
    assert isinstance(message, Message)
    assert text.startswith(message.params[1])
    assert len(message.params[1]) == len(text) or len(raw) > 600 + BODY_BYTES


@given(values)
def test_what_is_escaped_is_unescaped(value: str) -> None:
    """And has neither a space nor a semicolon nor a line end in it."""
    escaped = escape(value)
    assert unescape(escaped) == value
    assert not set(escaped) & set("; \r\n\0")


def read_in(chunks: Sequence[bytes]) -> list[Message | Flawed]:
    splitter = LineSplitter(9000)
    read = []
    for chunk in chunks:
        read += [parse(line) for line in splitter.feed(chunk) if isinstance(line, bytes)]
    last = splitter.finish()
    return [*read, parse(last)] if last else read


@given(streams, st.lists(st.integers(0, 80), max_size=6))
def test_any_bytes_cut_anywhere_read_the_same(stream: bytes, cuts: list[int]) -> None:
    """Also within a character, a CR LF, or a tag; nothing ever raises."""
    places = [0, *sorted(cuts), len(stream)]
    pieces = [stream[a:b] for a, b in pairwise(places)]
    assert read_in(pieces) == read_in([stream])


def test_lf_alone_ends_a_line() -> None:
    """As do CR LF, and whatever comes last."""
    assert read_in([b"A\nB\r\nC"]) == [Message("A"), Message("B"), Message("C")]


def test_a_line_over_512_bytes_is_too_long() -> None:
    """With its end; tags do not count."""
    text = b"X" * (BODY_BYTES - len(b"PRIVMSG #r :"))
    fits = b"PRIVMSG #r :" + text
    assert isinstance(parse(fits), Message)
    assert isinstance(parse(b"@a=b;label=7  " + fits), Message)
    assert parse(fits + b"X") == Flawed(Flaw.LINE_TOO_LONG, "PRIVMSG")
    assert parse(b"@label=7 " + fits + b"X") == Flawed(
        Flaw.LINE_TOO_LONG, "PRIVMSG", {"label": "7"}
    )


def test_tags_over_4094_bytes_are_too_long() -> None:
    """However short the rest is; an answer can carry no label then."""
    tags = b"label=7;a=" + b"b" * (CLIENT_TAG_BYTES - len(b"label=7;a="))
    assert isinstance(parse(b"@" + tags + b" X"), Message)
    assert parse(b"@" + tags + b"b X") == Flawed(Flaw.TAGS_TOO_LONG, "X")
    assert parse(b"@" + tags + b"b") == Flawed(Flaw.TAGS_TOO_LONG, "")


def test_what_is_no_utf_8_is_told_with_its_command() -> None:
    """Nothing is guessed: the sender is told which message was not carried out."""
    assert parse(b"@label=8 PRIVMSG #r :caf\xe9") == Flawed(
        Flaw.NOT_UTF8, "PRIVMSG", {"label": "8"}
    )
    assert parse("PRIVMSG #r :café".encode()) == Message("PRIVMSG", ("#r", "café"))


@given(st.binary(max_size=40))
def test_tags_of_any_bytes_are_read(raw: bytes) -> None:
    """What has no key is no tag."""
    assert "" not in read_tags(raw.decode("utf-8", "replace"))

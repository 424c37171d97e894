"""The language of searches: anything that is typed gives a query or a clear sentence."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twistedchat.core.errors import BadArguments
from twistedchat.storage.search.query import MOST_TERMS, Query, Term, parse

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC).timestamp()
VIENNA = timezone(timedelta(hours=1))


def at(*parts, zone=UTC):
    return datetime(*parts, tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("ship it", [Term("ship"), Term("it")]),
        ('"ship it" now', [Term("ship it"), Term("now")]),
        ("“ship it”", [Term("ship it")]),
        ('"not closed', [Term("not closed")]),
        ("depl*", [Term("depl", prefix=True)]),
        ("de** \u4f1a*", [Term("de", prefix=True), Term("\u4f1a")]),
        ("a a a", [Term("a")]),
        ("- + ship", [Term("ship")]),
        ("http://x", [Term("http://x")]),
        ("to:me", [Term("to:me")]),
        ('don"t', [Term('don"t')]),
        ('"" ship', [Term("ship")]),
    ],
)
def test_words_and_phrases(text, terms):
    """All of them must be in the message; signs alone are passed over."""
    assert parse(text, NOW) == Query(tuple(terms))


def test_who_and_where():
    """Of several one is enough; names are the same in whatever case."""
    query = parse('from:Ada FROM:@bob in:#Ops in:lobby from:"eve" in:@Zoe', NOW)
    assert query == Query(
        nicks=frozenset(["ada", "bob", "eve"]), places=frozenset(["ops", "lobby", "@zoe"])
    )


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("after:2026-11-20", at(2026, 11, 20, zone=VIENNA), None),
        ("before:2026-11-20", None, at(2026, 11, 20, zone=VIENNA)),
        ("after:2026-11-20T18:30", at(2026, 11, 20, 18, 30, zone=VIENNA), None),
        ("after:2026-11-20T18:30Z", at(2026, 11, 20, 18, 30), None),
        ("after:today", at(2026, 11, 23, zone=VIENNA), None),
        ("before:Yesterday", None, at(2026, 11, 22, zone=VIENNA)),
        ("after:2h", NOW - 7200, None),
        ("after:3d after:1d before:1h before:2h", NOW - 86400, NOW - 7200),
    ],
)
def test_when(text, since, until):
    """Dates are meant in the person's zone; of several the narrowest counts."""
    assert parse(text, NOW, VIENNA) == Query(since=since, until=until)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", 'There is no word to search for. Write words, "a phrase"'),
        ('+ "!" *', "There is no word to search for"),
        ("from:<ada>", "from:<ada> is no nick. Write from:NICK."),
        ("from: ada", "from: is no nick"),
        ("in:#a,b", "in:#a,b is no room. Write in:#ROOM or in:@NICK."),
        ("after:soon", "after:soon is no date. Write one of 2026-11-20, 2026"),
        ("in:@a,b", "in:@a,b is no room. Write in:#ROOM or in:@NICK."),
        ("ship a*", "a* is too short: write at least 2 letters before the star."),
        ("before:2026-13-01", "before:2026-13-01 is no date"),
        (" ".join(f"w{number}" for number in range(MOST_TERMS + 1)), "at most 30 words"),
    ],
)
def test_what_is_no_query_is_said_plainly(text, sentence):
    """The sentence says what to write."""
    with pytest.raises(BadArguments, match=sentence.replace("*", r"\*")):
        parse(text, NOW)


def test_what_is_quoted_in_a_sentence_is_short():
    """However long it was."""
    with pytest.raises(BadArguments) as caught:
        parse(f"after:{'x' * 5000}", NOW)
    assert len(str(caught.value)) < 250


pieces = st.sampled_from(["from:", "in:#", "before:", "after:", '"', "*", " ", "ada", "2026-11-20"])


@given(st.lists(pieces | st.text(max_size=5), max_size=12).map("".join))
@example("after:9999-12-31T23:59-23:59")
@example("before:99999999999d")
@example("from:\x00")
def test_any_text_gives_a_query_or_a_sentence(text):
    """Never anything else."""
    query, sentence = Query(), ""
    try:
        query = parse(text, NOW)
    except BadArguments as error:
        sentence = str(error)
    assert (query == Query()) == bool(sentence)
    assert all(term.text for term in query.terms)
    assert sentence[-1:] in ("", ".")
    assert "\n" not in sentence


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=9, unique=True))
def test_plain_words_are_all_searched_for(words):
    """In the order in which they were typed."""
    assert [term.text for term in parse(" ".join(words), NOW).terms] == words

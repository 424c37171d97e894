"""Dates as people write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from twistedchat.core import dates

BERLIN, KIRITIMATI = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Kiritimati")
NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC).timestamp()


def moment(text, zone=UTC):
    at = dates.read(text, NOW, zone)
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-19", "11-19 00:00:00"), ("2026-11-19T07:15", "11-19 07:15:00"),
        ("2026-11-19 07:15:30", "11-19 07:15:30"), ("2026-11-19t07:15z", "11-19 07:15:00"),
        ("2026-11-19T07:15+02:00", "11-19 05:15:00"), ("today", "11-20 00:00:00"),
        ("Yesterday", "11-19 00:00:00"), ("18:30", "11-20 18:30:00"), ("7:05", "11-20 07:05:00"),
        ("yesterday 7:15", "11-19 07:15:00"), ("Today 19:00", "11-20 19:00:00"),
        ("18:31", "11-19 18:31:00"), ("2h", "11-20 16:30:00"), ("1D12h", "11-19 06:30:00"),
    ],
)  # fmt: skip
def test_what_is_meant(text, at):
    """A time alone is the last one that has been."""
    assert moment(text) == at


@pytest.mark.parametrize(
    ("text", "zone", "at"),
    [
        ("2026-11-20", BERLIN, "11-19 23:00:00"), ("2026-07-20", BERLIN, "07-19 22:00:00"),
        ("today", KIRITIMATI, "11-20 10:00:00"), ("yesterday", KIRITIMATI, "11-19 10:00:00"),
        ("08:00", KIRITIMATI, "11-20 18:00:00"), ("09:00", KIRITIMATI, "11-19 19:00:00"),
        ("2026-11-20T00:00Z", BERLIN, "11-20 00:00:00"),
    ],
)  # fmt: skip
def test_it_is_meant_where_the_person_is(text, zone, at):
    """Unless it says its zone itself."""
    assert moment(text, zone) == at


def test_days_are_long_or_short_when_clocks_change():
    """Yesterday begins at midnight, whatever has happened since."""
    now = datetime(2026, 10, 26, 12, tzinfo=BERLIN).timestamp()
    begins = datetime(2026, 10, 25, tzinfo=BERLIN).timestamp()
    assert dates.read("yesterday", now, BERLIN) == begins
    assert dates.read("today", now, BERLIN) == begins + 25 * 3600


@pytest.mark.parametrize(
    "text",
    ["", "x", "24:00", "12:60", "1:1", "2026-13-01", "2026-02-30", "20261120", "2026", "2026-11",
     "2026-W47", "tomorrow", "2026-11-20T", "5", "-1h", "0000-01-01", "\u0662h",
     "\u0661:\u0660\u0660"],
)  # fmt: skip
def test_what_is_no_date(text):
    """It is not guessed."""
    assert dates.read(text, NOW, UTC) is None


@settings(max_examples=500)
@given(st.text("0123456789-:TZ+. todayesr", max_size=30) | st.text(max_size=20))
@example("0001-01-01")
@example("9999-12-31T23:59:59-23:59")
@example("99999999999999999999w")
def test_nothing_breaks_it(text):
    """Whatever somebody types is a time or none."""
    for zone in (UTC, BERLIN, None):
        assert isinstance(dates.read(text, NOW, zone), float | None)


@given(st.integers(0, 4_000_000_000), st.sampled_from([UTC, BERLIN, KIRITIMATI]))
def test_what_is_shown_is_understood(at, zone):
    """To the minute; in the hour that there is twice, the first is meant."""
    at -= at % 60
    back = dates.read(dates.minute(at, zone), NOW, zone)
    assert back is not None
    assert at - back in (0, 3600)


def test_a_day_in_words():
    """In its zone."""
    assert dates.day(NOW, UTC) == "Friday, 20 November 2026"
    assert dates.day(NOW, KIRITIMATI) == "Saturday, 21 November 2026"
    assert dates.minute(NOW, KIRITIMATI) == "2026-11-21 08:30"


@pytest.mark.parametrize(
    ("text", "at"),
    [("2026-11-20T18:30:00Z", NOW), ("2026-11-20t19:30:00.250+01:00", NOW + 0.25),
     ("2026-11-20T18:30:00", None), ("2026-11-20T18:30Z", None), ("2026-11-20", None),
     ("2026-13-20T18:30:00Z", None), ("yesterday", None), ("", None)],
)  # fmt: skip
def test_times_of_programs(text, at):
    """As RFC 3339 has it; nothing is guessed."""
    assert dates.exact(text) == at


@given(st.from_regex(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)"))
@example("0001-01-01T00:00:00+23:00")
@example("9999-12-31T23:59:59-23:00")
def test_no_time_of_a_program_breaks_it(text):
    """It is a time or none."""
    assert isinstance(dates.exact(text), float | None)

"""Items -> lines for the eye: styled pieces of text, pure; a filter drops the styles.

--- Mon 23 November 2026 ---
12:01 <bob> hi all
12:02 * bob waves
12:03 #ops <bob> anyone?           said in another room than the current one
12:04 bob -> you: sure
*** bob joined #ops.
--- 12 new in #lobby since 14:03 ---
| 11:58 <bob> shown again because somebody asked for it
"""

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TypeAlias
from zlib import crc32

from twistedchat.client.items import (
    EarlierLines,
    Happened,
    Item,
    NewLines,
    Remark,
    Results,
    Settled,
    Tone,
)
from twistedchat.client.settings import Settings
from twistedchat.client.text import safe, safe_lines
from twistedchat.core import events
from twistedchat.core.events import Crowd, Deleted, Emoted, Joined, Left, Parted, Said, Whispered
from twistedchat.render.crowd import sentences
from twistedchat.render.sentences import sentence

Piece: TypeAlias = tuple[str, str]
Line: TypeAlias = list[Piece]

#: Colours that can be read on dark and on light ground.
_NICK_STYLES = (
    "ansired",
    "ansigreen",
    "ansiyellow",
    "ansiblue",
    "ansimagenta",
    "ansicyan",
    "ansibrightred",
    "ansibrightblue",
    "ansibrightmagenta",
)

_TONES = {Tone.SERVER: "class:server", Tone.CLIENT: "class:client", Tone.ERROR: "class:error"}

#: What became of a line, by whether that is in doubt and whether the server said so.
_FATES = {
    (False, False): ("Not sent", "to"),
    (False, True): ("Not said", "in"),
    (True, False): ("Not confirmed", "in"),
}

#: Behind a message that may be gone after a restart of the server: its disk does not take it.
NOT_STORED = " [not stored]"

_COMINGS = (events.Joined, events.Parted, events.Left, events.WentAway, events.CameBack)


def nick_style(nick: str) -> str:
    """The colour that a nick always has."""
    return f"{_NICK_STYLES[crc32(nick.casefold().encode()) % len(_NICK_STYLES)]} bold"


def plain(line: Line) -> str:
    """A line without its styles."""
    return "".join(text for _style, text in line)


class Display:
    """Draws items; remembers the day, to write a date line when it changes.

    Args:
        settings: gives the settings in force.
        me: gives the person's nick.
        zone: time zone; None for the computer's.
        now: gives the time in seconds since 1970, so that today's dates are left out.
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        me: Callable[[], str],
        zone: tzinfo | None = None,
        now: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._settings = settings
        self._me = me
        self._zone = zone
        self._now = now
        self._day = ""

    def draw(self, item: Item) -> list[Line]:
        """The lines for an item; none if it is not to be seen."""
        match item:
            case Happened():
                return self._event(item)
            case EarlierLines():
                return [self._server(self._heading(item), "class:client")]
            case Results():
                return self._results(item)
            case NewLines():
                return [[("class:date", f"--- {self._new(item)} ---")]]
            case Remark():
                style = _TONES[item.tone]
                return [self._server(line, style) for line in safe_lines(item.text)]
            case Settled():
                return self._unsettled(item)
            case _:
                return []

    def rings(self, item: Item) -> bool:
        """Whether the bell should be rung for it."""
        if not isinstance(item, Happened) or item.own or item.replay:
            return False
        bell = self._settings().bell
        spoken = isinstance(item.event, Said | Emoted | Whispered)
        return bell != "off" and (item.mention or (bell == "all" and spoken))

    def draw_crowd(self, items: list[Happened]) -> list[Line]:
        """The lines for people who came and went in a row, many of them in few."""
        comings = [i.event for i in items if isinstance(i.event, Joined | Parted | Left)]
        if self._settings().quiet_joins:
            return []
        told = [self._server(one, "class:server") for one in sentences(Crowd(tuple(comings)))]
        return [*self._date(comings[0].at), *told] if told else []

    def _event(self, item: Happened) -> list[Line]:
        event = item.event
        if item.told or (self._settings().quiet_joins and isinstance(event, _COMINGS)):
            return []
        if isinstance(event, Said | Emoted | Whispered):
            line = self._message(item, event)
        else:
            line = self._server(sentence(event, self._mine(item)), "class:server")
        lines = [*self._date(event.at), line]
        return _quoted(item.quote, lines) if item.quote else lines

    def _message(self, item: Happened, event: Said | Emoted | Whispered) -> Line:
        body = "class:replay" if item.replay else ""
        body = "class:mention" if item.mention and not isinstance(event, Whispered) else body
        start: Line = [("class:time", self._time(event.at))]
        if item.elsewhere and not isinstance(event, Whispered):
            start.append(("class:room", f"#{safe(event.room)} "))
        match event:
            case Said():
                line = [*start, ("", "<"), _nick(event.nick), ("", "> "), (body, safe(event.text))]
            case Emoted():
                line = [*start, ("", "* "), _nick(event.nick), (body, f" {safe(event.text)}")]
            case Whispered():
                ends = self._ends(event, own=item.own)
                line = [*start, *ends, ("class:whisper", f": {safe(event.text)}")]
        return line if getattr(event, "stored", True) else [*line, ("class:error", NOT_STORED)]

    def _ends(self, event: Whispered, *, own: bool) -> Line:
        if own:
            return [("", "-> "), _nick(event.to)]
        return [_nick(event.nick), ("", " -> you")]

    def _mine(self, item: Happened) -> bool:
        who = "by" if isinstance(item.event, Deleted) else "nick"
        return getattr(item.event, who, None) == self._me()

    def _heading(self, earlier: EarlierLines) -> str:
        lines = "1 line" if earlier.count == 1 else f"{earlier.count} lines"
        if earlier.wished:
            span = self._span(earlier.first, earlier.last)
            return f"Earlier {whereabouts(earlier.room)}, {span}, {lines}:"
        where = f"#{safe(earlier.room)}"
        if not earlier.missed:
            return f"The last {lines} of {where}:"
        span = f"{self._span(earlier.first, earlier.last)}, {lines}"
        if earlier.complete:
            return f"You missed this in {where}, {span}:"
        return f"You missed more in {where} than the server still has. It has {span}:"

    def _results(self, results: Results) -> list[Line]:
        # Every page begins with its date, whatever stands above it.
        self._day = ""
        first = ", newest first" if results.first == 1 else f", from result {results.first} on"
        return [self._server(f"Found for {results.text}{first}:", "class:client")]

    def _new(self, new: NewLines) -> str:
        room, since = f"#{safe(new.room)}", self._moment(new.since)
        if new.shown >= new.count:
            return f"{new.count} new in {room} since {since}"
        count = f"{new.count} or more" if new.more else f"{new.count}"
        newest = f"the newest {new.shown} follow, Page Up shows older ones"
        return f"{count} new in {room} since {since}; {newest}"

    def _unsettled(self, settled: Settled) -> list[Line]:
        if settled.done:
            return []
        reasons = [self._server(one, "class:error") for one in safe_lines(settled.reason)]
        draft = settled.draft
        if settled.answered and draft.request.get("type") == "command":
            return reasons
        word, preposition = _FATES[settled.doubtful, settled.answered]
        where = f" {preposition} #{safe(draft.room)}" if draft.room else ""
        return [self._server(f"{word}{where}: {safe(draft.text)}", "class:error"), *reasons]

    def _server(self, text: str, style: str) -> Line:
        return [(style, f"*** {safe(text)}")]

    def _date(self, at: float) -> list[Line]:
        day = f"{datetime.fromtimestamp(at, self._zone):%a %d %B %Y}"
        if day == self._day:
            return []
        self._day = day
        return [[("class:date", f"--- {day} ---")]]

    def _time(self, at: float) -> str:
        layout = self._settings().timestamps
        return f"{datetime.fromtimestamp(at, self._zone).strftime(layout)} " if layout else ""

    def _moment(self, at: float) -> str:
        then, now = (datetime.fromtimestamp(one, self._zone) for one in (at, self._now()))
        return f"{then:%H:%M}" if then.date() == now.date() else f"{then:%a %d %B %H:%M}"

    def _span(self, first: float, last: float) -> str:
        start, end = (datetime.fromtimestamp(at, self._zone) for at in (first, last))
        layout = "%H:%M" if start.date() == end.date() else "%d %B %H:%M"
        return f"{start:{layout}} to {end:{layout}}"


def whereabouts(place: str) -> str:
    """Where something was said: in a room, or with somebody (``@nick``)."""
    return f"with {safe(place[1:])}" if place.startswith("@") else f"in #{safe(place)}"


def _quoted(sign: str, lines: list[Line]) -> list[Line]:
    """Lines behind a bar, the last of them behind its own sign."""
    bar = "| ".rjust(len(sign) + 1)
    signs = [bar] * (len(lines) - 1) + [f"{sign} "]
    return [[("class:quote", one), *line] for one, line in zip(signs, lines, strict=True)]


def _nick(nick: str) -> Piece:
    return nick_style(nick), safe(nick)

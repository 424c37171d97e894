"""The lines at the bottom: the prompt with the room's name, and what waits elsewhere."""

from typing import TypeAlias

from wcwidth import wcswidth

from twistedchat.client.conversation import Conversation
from twistedchat.client.display import Line
from twistedchat.client.rooms import RoomView
from twistedchat.client.text import safe

#: What is wrong, in words that get fewer; empty when nothing is.
Trouble: TypeAlias = tuple[str, ...]

Numbered: TypeAlias = tuple[int, RoomView]

#: The longest room name that the prompt shows whole, in characters.
_PROMPT_ROOM = 24


def prompt_text(talk: Conversation) -> str:
    """What stands before the cursor."""
    room = talk.rooms.current
    offline = " (offline)" if talk.welcomes and not talk.online else ""
    return f"{'#' + shortened(room.name) if room else ''}{offline}> "


def shortened(name: str) -> str:
    """A name that leaves room for what is typed behind it."""
    name = safe(name)
    return name if len(name) <= _PROMPT_ROOM else f"{name[: _PROMPT_ROOM - 1]}…"


def status_line(talk: Conversation, trouble: Trouble, width: int) -> Line:
    """Who one is, the rooms with their unread lines, and what is wrong.

    In a narrow window the trouble is told in fewer words, and rooms without news are left out; then
    those whose news do not speak of the reader, and how many they are stands instead.

    Args:
        talk: what is said and heard.
        trouble: what is wrong with the connection, in many words, then in fewer.
        width: columns there are.
    """
    nick: Line = [("class:status", f" {safe(talk.nick)} ")]
    rooms = list(enumerate(talk.rooms, start=1))
    news = sorted((one for one in rooms if one[1].unread), key=lambda one: not one[1].mentions)
    words = [_alerts(talk, one) for one in trouble or ("",)]
    fuller = [[*nick, *_rooms(talk, rooms), *alerts] for alerts in words]
    fewer = [[*nick, *_rooms(talk, news, count), *words[-1]] for count in range(len(news), -1, -1)]
    bare = [[*nick, *words[-1]], words[-1] or nick]
    lines = [*fuller, *fewer, *bare]
    return next((line for line in lines if _width(line) <= width), bare[-1])


def _rooms(talk: Conversation, rooms: list[Numbered], count: int | None = None) -> Line:
    """So many of these rooms, in their order, and how many more there are."""
    current = talk.rooms.current
    shown = sorted(rooms[:count], key=lambda one: one[0])
    more = len(rooms) - len(shown)
    pieces = [_room(number, room, current=room is current) for number, room in shown]
    return [*pieces, *([("class:status", f" +{more} ")] if more else [])]


def _alerts(talk: Conversation, trouble: str) -> Line:
    waiting = f"{talk.drafts.waiting} to send" if talk.drafts.waiting else ""
    return [("class:status.alert", f" {safe(text)} ") for text in (waiting, trouble) if text]


def _width(line: Line) -> int:
    return sum(max(0, wcswidth(text)) for _style, text in line)


def choices_line(words: tuple[str, ...], at: int) -> Line:
    """What Tab goes through, beginning near the one in the text."""
    first = max(0, at - 3)
    pieces: Line = [("class:status", " … " if first else " ")]
    for number, word in enumerate(words[first : first + 30], start=first):
        style = "class:status.current" if number == at else "class:status"
        pieces += [(style, safe(word)), ("class:status", "  ")]
    return pieces


def _room(number: int, room: RoomView, *, current: bool) -> tuple[str, str]:
    style = "class:status.current" if current else "class:status"
    style = "class:status.alert" if room.mentions else style
    return style, f" {number}:#{shortened(room.name)}{unread_mark(room)} "


def unread_mark(room: RoomView) -> str:
    """How many lines are unread, those that speak of the reader apart: ``(12,1!)``."""
    others = room.unread - room.mentions
    counts = [_bounded(others)] if others > 0 else []
    counts += [f"{_bounded(room.mentions)}!"] if room.mentions else []
    return f"({','.join(counts)})" if counts else ""


def _bounded(count: int) -> str:
    # The server counts no further than a thousand either.
    return "999+" if count > 999 else str(count)

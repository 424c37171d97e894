"""The lines at the bottom: the prompt with the room's name, and what waits elsewhere."""

from twistedchat.client.conversation import Conversation
from twistedchat.client.display import Line
from twistedchat.client.rooms import RoomView
from twistedchat.client.text import safe

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


def status_line(talk: Conversation, connection: str) -> Line:
    """Who one is, the rooms with their unread lines, and what is wrong."""
    pieces: Line = [("class:status", f" {safe(talk.nick)} ")]
    for number, room in enumerate(talk.rooms, start=1):
        pieces.append(_room(number, room, current=room is talk.rooms.current))
    if talk.drafts.waiting:
        pieces.append(("class:status.alert", f" {talk.drafts.waiting} to send "))
    if connection:
        pieces.append(("class:status.alert", f" {safe(connection)} "))
    return pieces


def choices_line(words: tuple[str, ...], at: int) -> Line:
    """What Tab goes through, beginning near the one in the text."""
    first = max(0, at - 3)
    pieces: Line = [("class:status", " … " if first else " ")]
    for number, word in enumerate(words[first : first + 30], start=first):
        style = "class:status.current" if number == at else "class:status"
        pieces += [(style, safe(word)), ("class:status", "  ")]
    return pieces


def _room(number: int, room: RoomView, *, current: bool) -> tuple[str, str]:
    marks = f"({room.unread}{'!' if room.mentioned else ''})" if room.unread else ""
    style = "class:status.current" if current else "class:status"
    style = "class:status.alert" if room.mentioned else style
    return style, f" {number}:#{shortened(room.name)}{marks} "

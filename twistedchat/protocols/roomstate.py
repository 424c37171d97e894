"""Rooms, members and messages as JSON, for programs; never more at once than a reader can take."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from twistedchat.core.events import Kept
from twistedchat.core.rooms import Member, Room
from twistedchat.core.users import User
from twistedchat.render.json import encode, timestamp, to_json

PAGE = 500
# A line that is longer than half an outbox could make a reader look too slow.
PAGE_BYTES = 128 * 1024

Told = Mapping[str, Any]


def room_state(room: Room, user: User, now: float, most: int = PAGE) -> dict[str, Any]:
    """A room as one of its members sees it."""
    members, more = member_page(room, "", most)
    own = room.members[user.id]
    return {
        "name": f"#{room.name.shown}",
        "topic": topic(room),
        "count": len(room.members),
        "operator": own.operator,
        "muted": room.mute_on(user, now) is not None,
        "members": members,
        "more": more,
        "latest": room.history.latest,
    }


def topic(room: Room) -> dict[str, Any] | None:
    """A room's topic, with who set it and when."""
    if room.topic is None:
        return None
    return {"text": room.topic.text, "nick": room.topic.nick, "time": timestamp(room.topic.at)}


def member_page(room: Room, after: str, most: int = PAGE) -> tuple[Sequence[Told], bool]:
    """Some members by name, those after a nick's key; and whether there are more."""
    members = sorted(room.members.values(), key=lambda m: m.user.name.key)
    start = bisect_right([m.user.name.key for m in members], after) if after else 0
    page = fitting([_member(m) for m in members[start : start + most]], PAGE_BYTES)
    return page, start + len(page) < len(members)


def _member(member: Member) -> Told:
    told: dict[str, Any] = {"nick": member.user.nick}
    if member.operator:
        told["operator"] = True
    if member.user.away is not None:
        told["away"] = member.user.away
    return told


def fitting(items: Iterable[Told], size: int) -> list[Told]:
    """As many of the first items as fit into so many bytes, at least one."""
    page: list[Told] = []
    for item in items:
        size -= len(to_json(item).encode("utf-8", "replace")) + 1
        if size < 0 and page:
            break
        page.append(item)
    return page


def newest_fitting(items: Sequence[Told], size: int) -> list[Told]:
    """As many of the last items as fit, in their order."""
    return fitting(reversed(items), size)[::-1]


def heard(user: User, messages: Iterable[Kept]) -> list[Told]:
    """Messages from the past, without those of people whom the reader ignores."""
    return [encode(message) for message in messages if message.user not in user.ignored]

"""Rooms, members and messages as JSON, for programs, in pages that take no time to make."""

from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from itertools import islice
from operator import attrgetter
from typing import Any

from twistedchat.core.events import Kept
from twistedchat.core.rooms import Member, Room
from twistedchat.core.users import User
from twistedchat.render.json import timestamp, to_json

PAGE = 500
# Others choose how long texts are: a page of them ends here whatever its number allows.
PAGE_BYTES = 64 * 1024
# What a message has besides its text, about.
MESSAGE_BYTES = 200

Told = Mapping[str, Any]
NO_MARKS: Mapping[str, Told] = {}


def room_state(
    room: Room, user: User, now: float, most: int = PAGE, marks: Mapping[str, Told] = NO_MARKS
) -> dict[str, Any]:
    """A room as one of its members sees it, with what they have read there if they are noted."""
    members, more = member_page(room, "", most)
    return {**room_head(room, user, now, marks), "members": members, "more": more}


def room_head(
    room: Room, user: User, now: float, marks: Mapping[str, Told] = NO_MARKS
) -> dict[str, Any]:
    """The same without the list of members: it is there at once, however many they are."""
    return {
        "name": f"#{room.name.shown}",
        "topic": topic(room),
        "count": len(room.members),
        "operator": room.members[user.id].operator,
        "voiced": room.members[user.id].voiced,
        "role": room.role_of(user),
        "muted": room.mute_on(user, now) is not None,
        "lasting": room.lasting,
        **settings(room),
        "latest": room.history.latest,
        **marks.get(room.name.key, {}),
    }


def settings(room: Room) -> dict[str, Any]:
    """What a room's owners have set, as far as every member may know."""
    rules = room.rules
    return {
        "private": rules.private,
        "password": rules.password != "",
        "invite_only": rules.invite_only,
        "moderated": rules.moderated,
        "slow": rules.slow,
    }


def topic(room: Room) -> dict[str, Any] | None:
    """A room's topic, with who set it and when."""
    if room.topic is None:
        return None
    return {"text": room.topic.text, "nick": room.topic.nick, "time": timestamp(room.topic.at)}


def member_page(
    room: Room, after: str, most: int = PAGE, size: int = PAGE_BYTES
) -> tuple[Sequence[Told], bool]:
    """Some members by name, those after a nick's key; and whether there are more."""
    members: Iterable[Member] = room.members.values()
    if after:
        members = (member for member in members if member.user.name.key > after)
    first = nsmallest(most + 1, members, key=attrgetter("user.name.key"))
    page = fitting(map(_member, first[:most]), size)
    return page, len(page) < len(first)


def _member(member: Member) -> Told:
    told: dict[str, Any] = {"nick": member.user.nick}
    if member.operator:
        told["operator"] = True
    if member.voiced:
        told["voiced"] = True
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


def oldest(messages: Iterable[Kept], most: int, size: int = PAGE_BYTES) -> list[Kept]:
    """As many of the first messages as there may be, and as fit; at least one."""
    page: list[Kept] = []
    for message in islice(messages, most):
        size -= len(message.text.encode("utf-8", "replace")) + MESSAGE_BYTES
        if size < 0 and page:
            break
        page.append(message)
    return page


def newest(messages: Sequence[Kept], most: int, size: int = PAGE_BYTES) -> list[Kept]:
    """Likewise of the last ones, in their order."""
    return oldest(reversed(messages), most, size)[::-1]


def heard(user: User, messages: Iterable[Kept]) -> list[Kept]:
    """Messages from the past, without those of people whom the reader ignores."""
    return [message for message in messages if message.user not in user.ignored]

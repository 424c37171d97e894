"""Rooms and members as JSON, for programs."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from twistedchat.core.rooms import Member, Room
from twistedchat.core.users import User
from twistedchat.render.json import timestamp

PAGE = 500


def room_state(room: Room, user: User, now: float) -> dict[str, Any]:
    """A room as one of its members sees it."""
    members, more = member_page(room, "")
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


def member_page(room: Room, after: str) -> tuple[list[Mapping[str, Any]], bool]:
    """Some members by name, those after a nick's key; and whether there are more."""
    members = sorted(room.members.values(), key=lambda m: m.user.name.key)
    start = bisect_right([m.user.name.key for m in members], after) if after else 0
    return [_member(m) for m in members[start : start + PAGE]], start + PAGE < len(members)


def _member(member: Member) -> dict[str, Any]:
    told: dict[str, Any] = {"nick": member.user.nick}
    if member.operator:
        told["operator"] = True
    if member.user.away is not None:
        told["away"] = member.user.away
    return told

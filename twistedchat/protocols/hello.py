"""The first request of a program: versions, nick or resume, rooms; and the welcome."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from twistedchat.commands import COMMANDS
from twistedchat.core.chat import CLIENT_CHARS, user_of
from twistedchat.core.errors import BadArguments, BadLogin, ChatError, UnsupportedVersion
from twistedchat.core.history import History
from twistedchat.core.names import nick_key
from twistedchat.core.text import shorten
from twistedchat.core.users import User
from twistedchat.protocols import fields
from twistedchat.protocols.roomstate import (
    PAGE,
    PAGE_BYTES,
    Told,
    heard,
    newest_fitting,
    room_state,
)
from twistedchat.render.json import timestamp, to_json

if TYPE_CHECKING:
    from twistedchat.protocols.jsonlines import JsonDialogue

VERSIONS = (1,)
DEVICE_CHARS = 32
MISSED_AT_ONCE = 20
MEMBERS_LEAST = 10
VERSIONS_MOST = 100


async def hello(dialogue: "JsonDialogue", request: Mapping[str, Any], id_: fields.Id) -> None:
    """Answer ``hello``: a user, new or the same as before, in their rooms."""
    version = _version(request)
    session, limits = dialogue.session, dialogue.chat.state.limits
    rooms = fields.texts(request, "rooms", limits.rooms or 1000)
    fields.optional(request, "device")
    session.client = shorten(fields.optional(request, "client"), CLIENT_CHARS)
    dialogue.lingers = fields.flag(request, "grace", default=True)
    token, after = _resume_fields(request)
    resumed = token != "" and await _resume(dialogue, token)
    wanted = "" if resumed else fields.text(request, "nick")
    if not resumed:
        token = await dialogue.chat.enter(session, wanted)
    dialogue.wire.entrance.settled(dialogue.wire)
    refused = [] if resumed else await _join_all(dialogue, rooms)
    told = {"version": version, "token": token, "resumed": resumed, "refused": refused}
    dialogue.send({"type": "welcome", **told, **_welcome(dialogue, wanted)}, id_)
    dialogue.chat.arrive(session)
    if resumed and after:
        _tell_missed(dialogue, after)


def _version(request: Mapping[str, Any]) -> int:
    wanted = request.get("versions")
    if wanted is None:
        return VERSIONS[-1]
    if not isinstance(wanted, list) or len(wanted) > VERSIONS_MOST:
        raise BadArguments("versions must be a list of numbers.")
    spoken = [version for version in wanted if type(version) is int]
    common = [version for version in VERSIONS if version in spoken]
    if not common:
        error = UnsupportedVersion(f"This server speaks version {VERSIONS[-1]} of the protocol.")
        error.carried = {"versions": list(VERSIONS)}
        raise error
    return max(common)


def _resume_fields(request: Mapping[str, Any]) -> tuple[str, str | None]:
    resume = request.get("resume")
    if resume is None:
        return "", None
    if not isinstance(resume, dict):
        raise BadArguments("resume must be an object.")
    return fields.text(resume, "token"), fields.message_id(resume, "after")


async def _resume(dialogue: "JsonDialogue", token: str) -> bool:
    try:
        await dialogue.chat.resume(dialogue.session, token)
    except BadLogin:
        return False
    return True


async def _join_all(dialogue: "JsonDialogue", rooms: list[str] | None) -> list[dict[str, str]]:
    lobby = dialogue.chat.about.lobby
    if rooms is None:
        rooms = [lobby] if lobby else []
    refused = []
    for room in dict.fromkeys(rooms):
        try:
            await dialogue.chat.join(dialogue.session, room)
        except ChatError as error:
            told = {"room": shorten(room, 100), "code": error.code, "text": str(error)}
            refused.append(told)
    return refused


def _welcome(dialogue: "JsonDialogue", wanted: str) -> dict[str, Any]:
    chat, session = dialogue.chat, dialogue.session
    user, about, now = user_of(session), chat.about, chat.clock.now()
    welcome = {
        "server": {"name": about.name, "software": f"twistedchat {about.version}"},
        "nick": user.nick,
        "grace": chat.state.limits.resume_seconds,
        "limits": _limits(dialogue),
        "rooms": _room_states(user, now),
        "commands": _commands(dialogue),
        "motd": list(about.motd),
        "time": timestamp(now),
    }
    if wanted and nick_key(wanted) != user.name.key:
        welcome["wanted"] = shorten(wanted, 100)
    return welcome


def _room_states(user: User, now: float) -> list[dict[str, Any]]:
    """The rooms that the user is in; with many rooms there are fewer members of each."""
    most = max(MEMBERS_LEAST, PAGE // max(1, len(user.rooms)))
    states = [room_state(room, user, now, most) for room in user.rooms.values()]
    if len(to_json(states).encode("utf-8", "replace")) <= PAGE_BYTES // 2:
        return states
    # Others' long texts must not make the welcome too large for its reader.
    return [{**state, "members": [], "more": True, "topic": None} for state in states]


def _limits(dialogue: "JsonDialogue") -> dict[str, int]:
    limits = dialogue.wire.entrance.config.limits
    names = ("line", "message", "nick", "room", "rooms", "rate", "burst")
    return {name: getattr(limits, name) for name in names}


def _commands(dialogue: "JsonDialogue") -> list[dict[str, Any]]:
    return [
        {
            "name": command.name,
            "aliases": list(command.aliases),
            "usage": command.usage,
            "help": command.help,
            "family": command.family,
        }
        for command in COMMANDS.allowed(dialogue.session)
    ]


def _tell_missed(dialogue: "JsonDialogue", after: str) -> None:
    """Send what was said since ``after``, as much as the outbox holds."""
    user = user_of(dialogue.session)
    share = PAGE_BYTES // (len(user.rooms) + 1)
    for room in user.rooms.values():
        for piece in _missed(user, room.history, after, share):
            dialogue.send({"type": "missed", "room": f"#{room.name.shown}", **piece})
    for piece in _missed(user, user.whispers, after, share):
        if piece["events"]:
            dialogue.send({"type": "missed", "room": None, **piece})


def _missed(user: User, history: History, after: str, size: int) -> Iterable[dict[str, Any]]:
    """The newest of what was said after an id that fit, a few messages at a time."""
    page = history.after(after, len(history))
    told = heard(user, page.events)
    events = newest_fitting(told, size)
    complete = page.complete and len(events) == len(told)
    for piece, last in _pieces(events):
        yield {"complete": complete, "last": last, "events": piece}
        complete = True


def _pieces(events: list[Told]) -> Iterable[tuple[list[Told], bool]]:
    for start in range(0, max(1, len(events)), MISSED_AT_ONCE):
        stop = start + MISSED_AT_ONCE
        yield events[start:stop], stop >= len(events)

"""The first request of a program: versions, nick or resume, rooms; and the welcome."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from twistedchat.commands import COMMANDS
from twistedchat.core.chat import CLIENT_CHARS, user_of
from twistedchat.core.errors import BadArguments, BadLogin, ChatError, UnsupportedVersion
from twistedchat.core.history import History
from twistedchat.core.text import clean_or_empty
from twistedchat.protocols import fields
from twistedchat.protocols.roomstate import room_state
from twistedchat.render.json import encode, timestamp

if TYPE_CHECKING:
    from twistedchat.protocols.jsonlines import JsonDialogue

VERSIONS = (1,)
DEVICE_CHARS = 32
MISSED_AT_ONCE = 20
VERSIONS_MOST = 100


async def hello(dialogue: "JsonDialogue", request: Mapping[str, Any], id_: fields.Id) -> None:
    """Answer ``hello``: a user, new or the same as before, in their rooms."""
    version = _version(request)
    session, limits = dialogue.session, dialogue.chat.state.limits
    rooms = fields.texts(request, "rooms", limits.rooms or 1000)
    fields.optional(request, "device")
    session.client = clean_or_empty(fields.optional(request, "client")[: 4 * CLIENT_CHARS])[
        :CLIENT_CHARS
    ]
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
    common = [version for version in VERSIONS if version in wanted]
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
            refused.append({"room": room[:100], "code": error.code, "text": str(error)})
    return refused


def _welcome(dialogue: "JsonDialogue", wanted: str) -> dict[str, Any]:
    chat, session = dialogue.chat, dialogue.session
    user, about, now = user_of(session), chat.about, chat.clock.now()
    welcome = {
        "server": {"name": about.name, "software": f"twistedchat {about.version}"},
        "nick": user.nick,
        "grace": chat.state.limits.resume_seconds,
        "limits": _limits(dialogue),
        "rooms": [room_state(room, user, now) for room in user.rooms.values()],
        "commands": _commands(dialogue),
        "motd": list(about.motd),
        "time": timestamp(now),
    }
    if wanted and user.nick.casefold() != wanted.strip().casefold():
        welcome["wanted"] = wanted[:100]
    return welcome


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
    user = user_of(dialogue.session)
    for room in user.rooms.values():
        for piece in _missed(room.history, after):
            dialogue.send({"type": "missed", "room": f"#{room.name.shown}", **piece})
    for piece in _missed(user.whispers, after):
        if piece["events"]:
            dialogue.send({"type": "missed", "room": None, **piece})


def _missed(history: History, after: str) -> Iterable[dict[str, Any]]:
    """What was said after an id, a few messages at a time."""
    page = history.after(after, len(history))
    events = [encode(event) for event in page.events]
    pieces = [events[i : i + MISSED_AT_ONCE] for i in range(0, len(events), MISSED_AT_ONCE)] or [[]]
    for place, piece in enumerate(pieces):
        last = place == len(pieces) - 1
        yield {"complete": page.complete or place > 0, "last": last, "events": piece}

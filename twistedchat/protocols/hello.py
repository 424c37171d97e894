"""The first request of a program: versions, nick or resume, rooms; and the welcome."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from twistedchat.commands import COMMANDS
from twistedchat.core.chat import CLIENT_CHARS, user_of
from twistedchat.core.errors import BadArguments, BadLogin, ChatError, UnsupportedVersion
from twistedchat.core.events import Kept
from twistedchat.core.names import nick_key
from twistedchat.core.text import shorten
from twistedchat.core.users import User
from twistedchat.protocols import fields
from twistedchat.protocols.account_requests import account_name, accounts_of
from twistedchat.protocols.markers import Marks, marks
from twistedchat.protocols.replies import cut, start, taken
from twistedchat.protocols.roomstate import PAGE, heard, member_page, newest, room_head
from twistedchat.render.json import encode, line, timestamp, to_json

if TYPE_CHECKING:
    from twistedchat.protocols.jsonlines import JsonDialogue

VERSIONS = (1,)
DEVICE_CHARS = 32
MISSED_AT_ONCE = 20
MISSED_BYTES = 128 * 1024
MEMBERS_LEAST = 10
MEMBERS_BYTES = 256 * 1024
# In more rooms than this their topics are left out of the welcome.
MANY_ROOMS = 200
# To look up the first of more members than this is enough for one turn.
MANY_MEMBERS = 1000
VERSIONS_MOST = 100


async def hello(dialogue: "JsonDialogue", request: Mapping[str, Any], id_: fields.Id) -> None:
    """Answer ``hello``: a user, new or the same as before, in their rooms."""
    version = _version(request)
    session, limits = dialogue.session, dialogue.chat.state.limits
    rooms = fields.texts(request, "rooms", limits.rooms or 1000)
    session.device = shorten(fields.optional(request, "device"), DEVICE_CHARS) or session.door
    session.client = shorten(fields.optional(request, "client"), CLIENT_CHARS)
    dialogue.lingers = fields.flag(request, "grace", default=True)
    token, after = _resume_fields(request)
    resumed = token != "" and await _resume(dialogue, token)
    wanted = ""
    if not resumed:
        token, wanted = await _come_in(dialogue, request)
    dialogue.wire.entrance.settled(dialogue.wire)
    refused = [] if resumed else await _join_all(dialogue, rooms)
    marked = await marks(dialogue.chat, session, user_of(session).rooms.values())
    told = {"version": version, "token": token, "resumed": resumed, "refused": refused}
    head = {"type": "welcome", "id": id_, **told, **_welcome(dialogue, wanted)}
    if id_ is None:
        del head["id"]
    user, wire = user_of(session), dialogue.wire
    welcome = start(wire, _with_rooms(head, user, dialogue.chat.clock.now(), marked))
    dialogue.chat.arrive(session)
    missed = None
    if resumed and after:
        # Private messages that were waiting are among these.
        session.missed, missed = None, start(wire, _missed(user, after))
    await taken(wire, welcome, missed)


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


async def _come_in(dialogue: "JsonDialogue", request: Mapping[str, Any]) -> tuple[str, str]:
    """An account's owner or a guest; the token, and the nick that was asked for."""
    chat, session = dialogue.chat, dialogue.session
    account = fields.optional(request, "account")
    if account:
        password = fields.text(request, "password")
        return await accounts_of(chat).log_in(session, account, password, resumable=True), ""
    if chat.accounts is not None and session.certificate:
        token = await chat.accounts.log_in_by_certificate(session, resumable=True)
        if token is not None:
            return token, ""
    wanted = fields.text(request, "nick")
    return await chat.enter(session, wanted), wanted


async def _join_all(dialogue: "JsonDialogue", rooms: list[str] | None) -> list[dict[str, str]]:
    if rooms is None:
        # An owner who is here with another device is in rooms already.
        here = user_of(dialogue.session).rooms
        rooms = [] if here else list(dialogue.chat.about.first_rooms)
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
        "account": account_name(chat, session),
        "secure": session.secure,
        "grace": chat.state.limits.resume_seconds,
        "limits": _limits(dialogue),
        "commands": _commands(dialogue),
        "motd": list(about.motd),
        "time": timestamp(now),
    }
    if wanted and nick_key(wanted) != user.name.key:
        welcome["wanted"] = shorten(wanted, 100)
        welcome["owned"] = session.claimed != ""
    return welcome


def _with_rooms(head: Mapping[str, Any], user: User, now: float, marked: Marks) -> Iterator[bytes]:
    """The welcome with the rooms that the user is in, whose members are looked up one by one."""
    rooms = [(room, room_head(room, user, now, marked)) for room in user.rooms.values()]
    if len(rooms) > MANY_ROOMS:
        # Others' long texts must not make the line too long.
        rooms = [(room, {**told, "topic": None}) for room, told in rooms]
    count = max(1, len(rooms))
    most, size = max(MEMBERS_LEAST, PAGE // count), MEMBERS_BYTES // count
    yield from cut(f'{to_json(head)[:-1]},"rooms":['.encode("utf-8", "replace"))
    for number, (room, told) in enumerate(rooms):
        if number and len(room.members) > MANY_MEMBERS:
            yield b""
        members, more = member_page(room, "", most, size)
        state = to_json({**told, "members": members, "more": more})
        yield from cut((f",{state}" if number else state).encode("utf-8", "replace"))
    yield b"]}\n"


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
            **({"secret": True} if command.secret else {}),
        }
        for command in COMMANDS.allowed(dialogue.session)
    ]


def _missed(user: User, after: str) -> Iterator[bytes]:
    """What was said since ``after`` and before now, room by room; of much only the newest."""
    size = MISSED_BYTES // (len(user.rooms) + 1)
    places = [(f"#{room.name.shown}", room.history) for room in user.rooms.values()]
    # What is said from now on is heard as it is said.
    untils = [(name, history, history.end) for name, history in (*places, (None, user.whispers))]
    for name, history, until in untils:
        page = history.after(after, len(history))
        told = heard(user, (event for event in page.events if event.id <= until))
        events = newest(told, len(told), size)
        complete = page.complete and len(events) == len(told)
        for piece, last in _pieces(events):
            if piece or name is not None:
                told_now = {"complete": complete, "last": last, "events": list(map(encode, piece))}
                yield from cut(line({"type": "missed", "room": name, **told_now}))
            complete = True


def _pieces(events: list[Kept]) -> Iterator[tuple[list[Kept], bool]]:
    for start_ in range(0, max(1, len(events)), MISSED_AT_ONCE):
        stop = start_ + MISSED_AT_ONCE
        yield events[start_:stop], stop >= len(events)

"""JSON lines: one object per line, for programs. ``docs/wire-protocol.md`` is the specification.

{"type":"hello","id":0,"nick":"ada"}             request
{"type":"said","msgid":"...","room":"#lobby",...} event
{"type":"ok","id":0}                             reply
"""

from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from twistedchat.commands import COMMANDS
from twistedchat.core.chat import Outcome
from twistedchat.core.errors import ChatError, Failed, NotYet, TooLong, UnknownRequest
from twistedchat.core.events import Notice
from twistedchat.protocols import fields, requests, typed
from twistedchat.protocols.dialogue import Line, Wire
from twistedchat.protocols.hello import hello
from twistedchat.protocols.intake import Cost
from twistedchat.protocols.lines import TooLongLine
from twistedchat.render.json import JSON_LENS, line, timestamp

FAULT = "Something went wrong on the server. It was written down for the host."
PING = line({"type": "ping"})
_SPEAKING = frozenset(
    {"say", "emote", "whisper", "join", "part", "topic", "nick", "invite", "op", "deop", "kick"}
    | {"ban", "unban", "mute", "unmute"}
)
_FREE = frozenset({"ping", "pong", "hello"})


class JsonDialogue:
    """A program that speaks JSON lines.

    Args:
        wire: the connection.
    """

    _log = Logger()

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.chat = wire.entrance.chat
        self.session = wire.session
        self.session.door = "json"
        self.lingers = True
        self._probed = False
        # The line that was parsed last: its cost is asked for just before it is carried out.
        self._parsed: tuple[Line | None, Mapping[str, Any] | ChatError] = (None, {})
        self.chat.set_lens(self.session, JSON_LENS)

    # Lines

    def cost(self, raw: Line) -> Cost:
        """Requests that others hear, questions, and leaving."""
        request = self._parse(raw)
        kind = request.get("type") if isinstance(request, Mapping) else None
        if kind == "quit":
            return Cost.LEAVE
        if kind == "command" and isinstance(request, Mapping):
            return _command_cost(request.get("text"))
        if kind in _FREE:
            return Cost.FREE
        return Cost.SPEAK if kind in _SPEAKING else Cost.ASK

    def carry_out(self, raw: Line) -> "Deferred[None] | None":
        """Answer a request."""
        request = self._parse(raw)
        self._probed = False
        if isinstance(request, ChatError):
            self._refuse(None, request)
            return None
        try:
            id_ = fields.request_id(request)
        except ChatError as error:
            self._refuse(None, error)
            return None
        if request.get("type") in ("say", "emote") and self.session.user is not None:
            self._speak(request, id_)
            return None
        return Deferred.fromCoroutine(self._answer(request, id_))

    def _parse(self, raw: Line) -> Mapping[str, Any] | ChatError:
        if self._parsed[0] is not raw:
            self._parsed = (raw, self._read(raw))
        return self._parsed[1]

    def _read(self, raw: Line) -> Mapping[str, Any] | ChatError:
        if isinstance(raw, TooLongLine):
            limit = self.wire.entrance.config.limits.line
            return TooLong(f"A line has at most {limit} bytes. This one was longer and skipped.")
        return fields.read_object(raw)

    def _speak(self, request: Mapping[str, Any], id_: fields.Id) -> None:
        """Say or emote, without a detour: it is what most requests are."""

        def done(outcome: Outcome) -> None:
            if isinstance(outcome, ChatError):
                self._refuse(id_, outcome)
            elif id_ is not None:
                event = outcome[0][0]
                self.ok(id_, {"msgid": event.id, "time": timestamp(event.at)})

        verb = self.chat.say if request["type"] == "say" else self.chat.emote
        try:
            room = fields.room(request, "room")
            verb(self.session, room, fields.text(request, "text"), done)
        except ChatError as error:
            self._refuse(id_, error)

    async def _answer(self, request: Mapping[str, Any], id_: fields.Id) -> None:
        try:
            await self._dispatch(request, id_)
        except ChatError as error:
            self._refuse(id_, error)
        except Exception:  # noqa: BLE001 - one request's fault ends nobody's connection
            self._log.failure("A request could not be answered")
            self._refuse(id_, Failed(FAULT))

    async def _dispatch(self, request: Mapping[str, Any], id_: fields.Id) -> None:
        kind = fields.text(request, "type")
        if kind == "pong":
            return
        if kind == "ping":
            self.send({"type": "pong"}, id_)
        elif kind == "quit":
            self.lingers = False
            self.ok(id_, {})
            self.wire.close("bye", "Goodbye.", fields.optional(request, "reason"))
        elif self.session.user is None:
            if kind != "hello":
                raise NotYet("The first request must be hello.")
            await hello(self, request, id_)
        elif kind == "command":
            await self._command(request, id_)
        else:
            await self._request(kind, request, id_)

    async def _request(self, kind: str, request: Mapping[str, Any], id_: fields.Id) -> None:
        answer = requests.REQUESTS.get(kind)
        if answer is None:
            raise UnknownRequest(f"There is no request {fields.quoted(kind)}.")
        self.ok(id_, await answer(self.chat, self.session, request))

    async def _command(self, request: Mapping[str, Any], id_: fields.Id) -> None:
        """Carry out a slash command as typed; its answers are notices with the request's id."""
        await typed.carry_out(self, request, id_)
        if self.session.user is None:
            # /quit has answered already.
            return
        room = self.chat.state.rooms.get(self.session.current or "")
        self.ok(id_, {"room": f"#{room.name.shown}" if room else None})

    # Replies

    def send(self, message: Mapping[str, Any], id_: fields.Id = None) -> None:
        """Send an object, with the request's id if it had one, behind what was heard so far."""
        if id_ is not None:
            message = {"type": message["type"], "id": id_, **message}
        self.chat.fanout.send(self.session, line(message))

    def ok(self, id_: fields.Id, carried: Mapping[str, Any]) -> None:
        """The request was carried out."""
        if id_ is not None:
            self.send({"type": "ok", **carried}, id_)

    def notice(self, notice: Notice, id_: fields.Id = None) -> None:
        """A line of the server's."""
        self.send({"type": "notice", "code": notice.code, "text": notice.text}, id_)

    def _refuse(self, id_: fields.Id, error: ChatError) -> None:
        self.send({"type": "error", "code": error.code, "text": str(error), **error.carried}, id_)

    # What the connection tells

    def behind(self, seconds: int) -> None:
        """Over the rate: requests wait, none is lost."""
        self.notice(Notice(f"Slow down: {seconds} s behind. Nothing is lost.", "slow-down"))

    def refused(self, lines: int) -> None:
        """Over the rate by far."""
        hold = self.wire.entrance.config.limits.hold_seconds
        text = f"{lines} lines would have waited over {hold} s and were not carried out."
        self.send({"type": "error", "code": "too-fast", "text": text, "lines": lines})

    def input_done(self) -> None:
        """Nothing more will come."""

    def last_words(self, code: str, text: str) -> bytes:
        """The object that says why the connection closes."""
        return line({"type": "closing", "code": code, "text": text})

    def probe(self) -> bool:
        """Ask for a sign of life; False if the last question was not answered."""
        if self._probed:
            return False
        self._probed = True
        self.chat.fanout.send(self.session, PING)
        return True


def _command_cost(text: Any) -> Cost:
    if not isinstance(text, str) or not text.startswith("/") or text.startswith("//"):
        return Cost.SPEAK
    try:
        command, _ = COMMANDS.parse(text[:64])
    except ChatError:
        return Cost.ASK
    if command.name == "quit":
        return Cost.LEAVE
    return Cost.SPEAK if command.speaks else Cost.ASK

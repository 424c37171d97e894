"""JSON lines: one object per line, for programs. ``docs/wire-protocol.md`` is the specification.

{"type":"hello","id":0,"nick":"ada"}             request
{"type":"said","msgid":"...","room":"#lobby",...} event
{"type":"ok","id":0}                             reply
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from twistedchat.core.chat import REASON_CHARS, Outcome
from twistedchat.core.errors import ChatError, Failed, NotYet, TooFast, TooLong, UnknownRequest
from twistedchat.core.events import Notice
from twistedchat.core.text import shorten
from twistedchat.protocols import fields, requests, typed
from twistedchat.protocols.consumer import Cost, Weighed
from twistedchat.protocols.dialogue import Line, Wire
from twistedchat.protocols.hello import hello
from twistedchat.protocols.lines import TooLongLine
from twistedchat.protocols.own_requests import export
from twistedchat.protocols.replies import caught_up, cut, is_behind, reply
from twistedchat.protocols.talk import line_cost
from twistedchat.protocols.waiting import as_objects, hand_over_waiting
from twistedchat.render.json import JSON_LENS, line, timestamp

FAULT = "Something went wrong on the server. It was written down for the host."
_SPEAKING = frozenset(
    {"say", "emote", "whisper", "join", "part", "topic", "nick", "invite", "op", "deop", "kick"}
    | {"ban", "unban", "mute", "unmute", "slow", "room_register", "room_drop", "room_set"}
    | {"room_transfer", "room_role", "register", "login", "logout", "delete", "forget"}
)
_FREE = frozenset({"ping", "pong"})
Asked = Mapping[str, Any] | ChatError


class JsonDialogue:
    """A program that speaks JSON lines.

    Args:
        wire: the connection.
    """

    _log = Logger()

    telnet = False
    question = line({"type": "ping"})

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.chat = wire.entrance.chat
        self.session = wire.session
        self.session.door = self.session.device = "json"
        self.session.replays = False
        self.session.show_missed = None
        self.lingers = True
        self.chat.set_lens(self.session, JSON_LENS)

    # Lines

    def weigh(self, raw: Line) -> Weighed:
        """Requests that others hear, questions, and leaving; with the request."""
        request = self._read(raw)
        kind = None if isinstance(request, ChatError) else request.get("type")
        if not isinstance(request, Mapping) or not isinstance(kind, str):
            return Cost.ASK, request
        if kind == "quit":
            return Cost.LEAVE, request
        if kind == "command" and isinstance(request.get("text"), str):
            return line_cost(request["text"]), request
        if kind in _FREE:
            return Cost.FREE, request
        return (Cost.SPEAK if kind in _SPEAKING else Cost.ASK), request

    def carry_out(self, request: Asked) -> "Deferred[None] | None":
        """Answer a request."""
        if self.chat.gate.crowded and not self.chat.stopping:
            return self.wire.entrance.when_relieved(partial(self.carry_out, request))
        try:
            if isinstance(request, ChatError):
                raise request
            id_ = fields.request_id(request)
        except ChatError as error:
            self._refuse(None, error)
            return None
        kind = request.get("type")
        if kind in ("say", "emote") and self.session.user is not None:
            self._speak(request, id_)
            return None
        if kind == "pong":
            return None
        if kind == "ping" and not is_behind(self.wire):
            self.send({"type": "pong"}, id_)
            return None
        return self.wire.entrance.turnstile.run(self._answer(request, id_))

    def _read(self, raw: Line) -> Asked:
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
        except Exception:  # noqa: BLE001 - as below
            self._failed(id_)

    async def _answer(self, request: Mapping[str, Any], id_: fields.Id) -> None:
        await caught_up(self.wire)
        try:
            await self._dispatch(request, id_)
        except ChatError as error:
            self._refuse(id_, error)
        except Exception:  # noqa: BLE001 - one request's fault ends nobody's connection
            self._failed(id_)
        if self.session.missed is not None:
            hand_over_waiting(self.wire, as_objects)

    def _failed(self, id_: fields.Id) -> None:
        self._log.failure("A request could not be answered")
        self._refuse(id_, Failed(FAULT))

    async def _dispatch(self, request: Mapping[str, Any], id_: fields.Id) -> None:
        kind = fields.text(request, "type")
        if kind == "ping":
            self.send({"type": "pong"}, id_)
        elif kind == "quit":
            self.quit(id_, fields.optional(request, "reason"))
        elif self.session.user is None:
            if kind != "hello":
                raise NotYet("The first request must be hello.")
            await hello(self, request, id_)
        elif kind == "hello":
            raise ChatError("You said hello already. Open another connection for another user.")
        elif kind == "export":
            await export(self, id_)
        elif kind == "command":
            await self._command(request, id_)
        else:
            await self._request(kind, request, id_)

    async def _request(self, kind: str, request: Mapping[str, Any], id_: fields.Id) -> None:
        answer = requests.REQUESTS.get(kind)
        if answer is None:
            raise UnknownRequest(f"There is no request {fields.quoted(kind)}.")
        carried = await answer(self.chat, self.session, request)
        if id_ is not None:
            await reply(self.wire, cut(_line({"type": "ok", **carried}, id_)))

    async def _command(self, request: Mapping[str, Any], id_: fields.Id) -> None:
        """Carry out a slash command as typed; its answers are notices with the request's id."""
        await typed.carry_out(self, request, id_)
        if self.session.user is None:
            # /quit has answered already.
            return
        room = self.chat.state.rooms.get(self.session.current or "")
        self.ok(id_, {"room": f"#{room.name.shown}" if room else None})

    def quit(self, id_: fields.Id, reason: str) -> None:
        """Leave for good: the reply, then the end."""
        self.lingers = False
        self.ok(id_, {})
        self.wire.close("bye", "Goodbye.", shorten(reason, REASON_CHARS))

    # Replies

    def send(self, message: Mapping[str, Any], id_: fields.Id = None) -> None:
        """Send an object, with the request's id if it had one, behind what was heard so far."""
        self.chat.fanout.send(self.session, _line(message, id_))

    def ok(self, id_: fields.Id, carried: Mapping[str, Any]) -> None:
        """The request was carried out."""
        if id_ is not None:
            self.send({"type": "ok", **carried}, id_)

    def notice(self, notice: Notice, id_: fields.Id = None) -> None:
        """A line of the server's."""
        self.chat.fanout.send(self.session, self.noticed(notice, id_))

    def noticed(self, notice: Notice, id_: fields.Id) -> bytes:
        """The bytes of a line of the server's."""
        return _line({"type": "notice", "code": notice.code, "text": notice.text}, id_)

    def _refuse(self, id_: fields.Id, error: ChatError) -> None:
        self.send({"type": "error", "code": error.code, "text": str(error), **error.carried}, id_)

    # What the connection tells

    def behind(self, seconds: int) -> None:
        """Over the rate: requests wait, none is lost."""
        self.notice(Notice(f"Slow down: {seconds} s behind. Nothing is lost.", "slow-down"))

    def refused(self, lines: Sequence[Asked]) -> None:
        """Over the rate by far: each request with an id is answered, the others are counted."""
        hold = self.wire.entrance.config.limits.hold_seconds
        nameless = 0
        for request in lines:
            id_ = _id_or_none(request)
            if id_ is None:
                nameless += 1
            else:
                self._refuse(id_, TooFast(f"Not carried out: it would have waited over {hold} s."))
        if nameless:
            text = f"Not carried out: {nameless} lines would have waited over {hold} s."
            self.send({"type": "error", "code": TooFast.code, "text": text, "lines": nameless})

    def ending(self) -> None:
        """Nothing more will be carried out."""

    def last_words(self, code: str, text: str) -> bytes:
        """The object that says why the connection closes."""
        return line({"type": "closing", "code": code, "text": text})


def _line(message: Mapping[str, Any], id_: fields.Id) -> bytes:
    if id_ is not None:
        message = {"type": message["type"], "id": id_, **message}
    return line(message)


def _id_or_none(request: Asked) -> fields.Id:
    if isinstance(request, ChatError):
        return None
    try:
        return fields.request_id(request)
    except ChatError:
        return None

r"""Events as lines of IRC, for readers who have agreed on the same capabilities.

    :bob!~u@cloak PRIVMSG #lobby :hi all               said
    :bob!~u@cloak PRIVMSG #lobby :\x01ACTION waves\x01    emoted
    :bob!~u@cloak PRIVMSG ada :sure                    whispered
    :bob!~u@cloak MODE #lobby +o ada                   somebody became an operator

What has no form in IRC is a NOTICE of the server's, in words. What the reader's own session has
done in a room is told by the dialogue, in the order that clients expect.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from twistedchat.core import events
from twistedchat.core.events import Crowd, Kept, Notice, Output, Recalled
from twistedchat.core.timestamps import timestamp
from twistedchat.protocols.irc.acts import MUTE, change_told, letters_of, role_words
from twistedchat.protocols.irc.messages import escape, format_line
from twistedchat.protocols.irc.modes import write_modes
from twistedchat.protocols.irc.people import People
from twistedchat.protocols.irc.splitting import LINE_BYTES, room_for_text, split_text
from twistedchat.render.irc_formatting import look_after, opening
from twistedchat.render.sentences import sentence

VISIBLE: Final = frozenset(
    {
        "account-tag",
        "away-notify",
        "draft/message-redaction",
        "draft/read-marker",
        "echo-message",
        "extended-join",
        "message-tags",
        "server-time",
    }
)
"""The capabilities that change what is seen of events."""

ACTION: Final = "\x01ACTION "
_END = "\x01"
_NOT_STORED = " [not stored]"
# What to write where an empty reason would mean that somebody is back.
_AWAY = "Away"
# From how many words on the last one is a text.
_TEXTS = {"AWAY": 1, "QUIT": 1, "TOPIC": 2, "PART": 2, "NOTICE": 2, "KICK": 3}
# All codes that can hold at once: six switches, and two colours of six digits.
_CODES_BYTES = 32


class IrcLens:
    """Renders events as lines; ``Lenses`` gives the one object for each set of capabilities.

    Args:
        capabilities: those of VISIBLE that hold.
        server: name of the server, which stands for it as a source.
        people: knows who people are.
    """

    echo = False
    bell = b""
    follows = False

    def __init__(self, capabilities: frozenset[str], server: str, people: People) -> None:
        self.capabilities = capabilities
        self._server = server
        self._people = people
        self._times = "server-time" in capabilities
        self._ids = "message-tags" in capabilities
        self._accounts = "account-tag" in capabilities
        self._renderers: dict[type, Callable[[Any, bool], bytes]] = {
            events.Said: self._said,
            events.Emoted: self._said,
            events.Whispered: self._whispered,
            events.Joined: self._joined,
            events.Parted: self._parted,
            events.Left: self._left,
            events.Renamed: self._renamed,
            events.WentAway: self._away,
            events.CameBack: self._away,
            events.TopicChanged: self._topic,
            events.Kicked: self._kicked,
            events.Invited: self._invited,
            events.Opped: self._operator,
            events.Deopped: self._operator,
            events.Banned: self._ban,
            events.Unbanned: self._ban,
            events.Muted: self._mute,
            events.Unmuted: self._mute,
            events.RoleChanged: self._role,
            events.RoomChanged: self._setting,
            events.RoomRegistered: self._registered,
            events.RoomDropped: self._registered,
            events.RoomTransferred: self._told,
            events.Deleted: self._deleted,
            events.Announced: self._noticed,
            Notice: self._noticed,
            Crowd: self._crowd,
            Recalled: self._recalled,
        }

    def for_room(self, current: bool) -> "IrcLens":  # noqa: ARG002 - all are seen alike
        """Clients of IRC see every room alike."""
        return self

    def render(self, output: Output, mine: bool = False) -> bytes:
        """Lines for the output, or b"" if this reader does not want to see it."""
        return self._renderers[type(output)](output, mine)

    # Tags

    def _tags(self, event: Any, account: str = "", *, with_id: bool = True) -> str:
        """The tags of a line, with ``@`` before and a space behind them, or ""."""
        if not (self._times or self._ids or account):
            return ""
        tags = []
        if self._times:
            tags.append(f"time={timestamp(event.at)}")
        if self._ids and with_id and event.id:
            tags.append(f"msgid={event.id}")
        if account and self._accounts:
            tags.append(f"account={escape(account)}")
        return f"@{';'.join(tags)} " if tags else ""

    def _line(self, event: Any, source: str, command: str, *params: str) -> bytes:
        text = len(params) >= _TEXTS.get(command, 9)
        line = format_line(command, params, source, text=text)
        return self._tags(event).encode("utf-8", "replace") + line

    def _from_server(self, event: Any, command: str, *params: str) -> bytes:
        return self._line(event, self._server, command, *params)

    # Messages

    def _said(self, event: events.Message, _: bool) -> bytes:
        return self._message(event, f"#{event.room}")

    def _whispered(self, event: events.Whispered, mine: bool) -> bytes:
        if mine and "echo-message" not in self.capabilities:
            return b""
        return self._message(event, event.to)

    def _recalled(self, recalled: Recalled, _: bool) -> bytes:
        message = recalled.message
        if isinstance(message, events.Whispered):
            return self._message(message, message.to)
        return self._message(message, f"#{message.room}")

    def _message(self, event: Kept, target: str) -> bytes:
        """A message in as many lines as it takes; its id stands on the first."""
        source = self._people.source(event.nick, event.user)
        account = self._people.account(event.account) if self._accounts else ""
        text = event.text if event.stored else event.text + _NOT_STORED
        opens, closes = (ACTION, _END) if isinstance(event, events.Emoted) else ("", "")
        tags, start = self._tags(event, account), f":{source} PRIVMSG {target} :{opens}"
        line = f"{tags}{start}{text}{closes}\r\n".encode("utf-8", "replace")
        if len(line) - len(tags) <= LINE_BYTES:
            return line
        without_id = self._tags(event, account, with_id=False)
        room = room_for_text(source, "PRIVMSG", target) - len(opens) - len(closes)
        lines = [
            f"{without_id if place else tags}{start}{piece}{closes}\r\n"
            for place, piece in enumerate(pieces(text, room))
        ]
        return "".join(lines).encode("utf-8", "replace")

    # People

    def _joined(self, event: events.Joined, _: bool) -> bytes:
        self._people.remember(event.nick, event.cloak)
        source = self._people.source(event.nick)
        account = self._people.account(event.account)
        more = (account or "*", event.nick) if "extended-join" in self.capabilities else ()
        tags = self._tags(event, account)
        line = format_line("JOIN", (f"#{event.room}", *more), source, text=bool(more))
        more_lines = self._role_on_joining(event) + self._away_on_joining(event, source)
        return tags.encode("utf-8", "replace") + line + more_lines

    def _role_on_joining(self, event: events.Joined) -> bytes:
        held = letters_of(event.role)
        if not held:
            return b""
        nicks = [event.nick] * len(held)
        return format_line("MODE", (f"#{event.room}", f"+{held}", *nicks), self._server)

    def _away_on_joining(self, event: events.Joined, source: str) -> bytes:
        reason = self._people.away(event.nick) if "away-notify" in self.capabilities else None
        return b"" if reason is None else self._line(event, source, "AWAY", reason or _AWAY)

    def _parted(self, event: events.Parted, _: bool) -> bytes:
        reason = (event.reason,) if event.reason else ()
        source = self._people.source(event.nick)
        return self._line(event, source, "PART", f"#{event.room}", *reason)

    def _left(self, event: events.Left, _: bool) -> bytes:
        return self._line(event, self._people.source(event.nick), "QUIT", event.reason)

    def _renamed(self, event: events.Renamed, _: bool) -> bytes:
        source = self._people.renamed(event.old, event.nick)
        return self._line(event, source, "NICK", event.nick)

    def _away(self, event: events.WentAway | events.CameBack, _: bool) -> bytes:
        if "away-notify" not in self.capabilities:
            return b""
        reason = (event.reason or _AWAY,) if isinstance(event, events.WentAway) else ()
        return self._line(event, self._people.source(event.nick), "AWAY", *reason)

    # Rooms

    def _by(self, by: str) -> str:
        """Who did it; the server, if nobody is named."""
        return self._people.source(by) if by else self._server

    def _topic(self, event: events.TopicChanged, _: bool) -> bytes:
        return self._line(event, self._by(event.nick), "TOPIC", f"#{event.room}", event.topic)

    def _kicked(self, event: events.Kicked, _: bool) -> bytes:
        reason = event.reason or event.by
        return self._line(event, self._by(event.by), "KICK", f"#{event.room}", event.nick, reason)

    def _invited(self, event: events.Invited, mine: bool) -> bytes:
        if not mine:
            # Who invited somebody is answered with a numeric.
            return b""
        return self._line(event, self._by(event.by), "INVITE", event.nick, f"#{event.room}")

    def _mode(self, event: Any, by: str, *words: str) -> bytes:
        return self._line(event, self._by(by), "MODE", f"#{event.room}", *words)

    def _operator(self, event: events.Opped | events.Deopped, _: bool) -> bytes:
        sign = "+" if isinstance(event, events.Opped) else "-"
        return self._mode(event, event.by, f"{sign}o", event.nick)

    def _ban(self, event: events.Banned | events.Unbanned, _: bool) -> bytes:
        sign = "+" if isinstance(event, events.Banned) else "-"
        return self._mode(event, event.by, f"{sign}b", event.who)

    def _mute(self, event: events.Muted | events.Unmuted, _: bool) -> bytes:
        sign = "+" if isinstance(event, events.Muted) else "-"
        return self._mode(event, event.by, f"{sign}b", f"{MUTE}{event.nick}")

    def _role(self, event: events.RoleChanged, _: bool) -> bytes:
        return self._mode(event, event.by, *role_words(event.role, event.nick))

    def _setting(self, event: events.RoomChanged, mine: bool) -> bytes:
        change = change_told(event.setting, event.value)
        if change is None:
            return self._told(event, mine)
        return self._mode(event, event.by, *write_modes([change]))

    def _registered(self, event: events.RoomRegistered | events.RoomDropped, _: bool) -> bytes:
        if isinstance(event, events.RoomRegistered):
            return self._mode(event, event.nick, "+r")
        return self._mode(event, event.by, "-r")

    def _told(self, event: Any, mine: bool) -> bytes:
        """In words, to a room."""
        return self._from_server(event, "NOTICE", f"#{event.room}", sentence(event, mine))

    def _deleted(self, event: events.Deleted, mine: bool) -> bytes:
        if "draft/message-redaction" not in self.capabilities:
            return self._told(event, mine) if event.room else self._noticed(event, mine)
        target = f"#{event.room}" if event.room else event.to
        source = self._by(event.by)
        return b"".join(self._line(event, source, "REDACT", target, id_) for id_ in event.ids)

    # The server

    def _noticed(self, output: Notice | events.Announced | events.Deleted, mine: bool) -> bytes:
        text = sentence(output, mine)
        line = format_line("NOTICE", ("*", text), self._server, text=True)
        return line if isinstance(output, Notice) else self._tags(output).encode() + line

    def _crowd(self, crowd: Crowd, mine: bool) -> bytes:
        return b"".join(self.render(event, mine) for event in crowd.events)


def pieces(text: str, room: int) -> Iterator[str]:
    """A text in pieces that fit, each beginning with the look in which the one before ended."""
    if text.isprintable():
        yield from split_text(text, room)
        return
    codes = ""
    for piece in split_text(text, room - _CODES_BYTES):
        yield codes + piece
        codes = opening(look_after(codes + piece))


class Lenses:
    """Gives the one lens for each set of capabilities.

    Args:
        server: name of the server.
        people: knows who people are.
    """

    def __init__(self, server: str, people: People) -> None:
        self._for = lru_cache(maxsize=256)(lambda seen: IrcLens(seen, server, people))

    def of(self, capabilities: frozenset[str]) -> IrcLens:
        """The lens for a client that has agreed on these."""
        return self._for(capabilities & VISIBLE)

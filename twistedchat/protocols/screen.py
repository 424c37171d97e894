"""How one person's lines look: what /set shows and changes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from twistedchat.core.chat import Chat
from twistedchat.core.errors import BadArguments
from twistedchat.core.text import shorten
from twistedchat.core.users import Session
from twistedchat.render.ansi import THEMES
from twistedchat.render.plain import BELLS, Style, lens_for

T = TypeVar("T")

SWITCH = {"on": True, "off": False}
PLAIN_TERMINALS = frozenset({"dumb", "unknown", "network"})
CLEAR = b"\x1b[2J\x1b[H"


class Screen:
    """The style in which a session's reader sees lines.

    Args:
        chat: told when the style changes.
        session: whose style it is.
        style: to begin with.
    """

    def __init__(self, chat: Chat, session: Session, style: Style) -> None:
        self._chat = chat
        self._session = session
        self.style = style
        self.terminal = False

    def settings(self) -> Iterable[tuple[str, str, str]]:
        """Name, value and allowed values of each setting."""
        style = self.style
        switch = " or ".join(SWITCH)
        yield "timestamps", _switch(style.stamps), switch
        yield "zone", str(style.zone or "the server's"), "a name such as Europe/Berlin, or server"
        yield "theme", style.theme, ", ".join(THEMES)
        yield "bell", style.bell, ", ".join(BELLS)
        yield "quiet", _switch(style.quiet), f"{switch}: hide who comes and goes"
        yield "reader", _switch(style.spoken), f"{switch}: words for a screen reader"

    def change(self, name: str, value: str) -> None:
        """Change a setting by name.

        Raises:
            BadArguments: there is none of this name, or the value is not allowed.
        """
        changes: dict[str, Callable[[str], Style]] = {
            "timestamps": lambda v: replace(self.style, stamps=_one_of(SWITCH, name, v)),
            "zone": lambda v: replace(self.style, zone=_zone(v)),
            "theme": lambda v: replace(self.style, theme=_one_of({t: t for t in THEMES}, name, v)),
            "bell": lambda v: replace(self.style, bell=_one_of({b: b for b in BELLS}, name, v)),
            "quiet": lambda v: replace(self.style, quiet=_one_of(SWITCH, name, v)),
            "reader": lambda v: replace(self.style, spoken=_one_of(SWITCH, name, v)),
        }
        if name not in changes:
            shown = shorten(name, 20)
            raise BadArguments(f"There is no setting {shown}. There are: {', '.join(changes)}.")
        self._show(changes[name](value.strip()))

    def is_telnet(self) -> None:
        """The peer speaks telnet: lines end as it wants them to."""
        if not self.style.crlf:
            self._show(replace(self.style, crlf=True))

    def is_terminal(self, kind: str) -> None:
        """The peer named its terminal: most can show colours and ring.

        What the person chooses afterwards stays, whatever the peer says of itself again.
        """
        if self.terminal or kind.lower() in PLAIN_TERMINALS:
            return
        self.terminal = True
        if self.style.theme == "none" and self.style.bell == "off":
            self._show(replace(self.style, theme="dark", bell="mention"))

    def _show(self, style: Style) -> None:
        self.style = style
        self._chat.set_lens(self._session, lens_for(style))


def _switch(on: bool) -> str:
    return "on" if on else "off"


def _one_of(allowed: Mapping[str, T], name: str, value: str) -> T:
    try:
        return allowed[value.lower()]
    except KeyError:
        raise BadArguments(f"{name} can be {' or '.join(allowed)}.") from None


def _zone(value: str) -> ZoneInfo | None:
    if value.lower() == "server":
        return None
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        shown = shorten(value, 40)
        raise BadArguments(f"There is no time zone {shown}. Write it like Europe/Berlin.") from None

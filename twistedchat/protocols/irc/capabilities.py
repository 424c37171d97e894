"""What a client and the server agree on: ``CAP``, as a machine without input and output.

Specification: ircv3.net/specs/extensions/capability-negotiation. Registration waits from the first
``LS`` or ``REQ`` until ``END``. A request is granted as a whole or not at all.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from twistedchat.protocols.irc.splitting import LINE_BYTES

VERSION: Final = 302
"""From this version on clients see values, lists on several lines, and NEW and DEL."""

NOTIFY: Final = "cap-notify"

_SPEC = "ircv3.net/specs/extensions/"
CAPABILITIES: Final[Mapping[str, str]] = {
    "account-notify": f"{_SPEC}account-notify",
    "account-tag": f"{_SPEC}account-tag",
    "away-notify": f"{_SPEC}away-notify",
    "batch": f"{_SPEC}batch",
    NOTIFY: f"{_SPEC}capability-negotiation",
    "chghost": f"{_SPEC}chghost",
    "draft/account-registration": f"{_SPEC}account-registration",
    "draft/chathistory": f"{_SPEC}chathistory",
    "draft/event-playback": f"{_SPEC}chathistory",
    "draft/message-redaction": f"{_SPEC}message-redaction",
    "draft/read-marker": f"{_SPEC}read-marker",
    "echo-message": f"{_SPEC}echo-message",
    "extended-join": f"{_SPEC}extended-join",
    "extended-monitor": f"{_SPEC}extended-monitor",
    "invite-notify": f"{_SPEC}invite-notify",
    "labeled-response": f"{_SPEC}labeled-response",
    "message-tags": f"{_SPEC}message-tags",
    "multi-prefix": f"{_SPEC}multi-prefix",
    "sasl": f"{_SPEC}sasl-3.2",
    "server-time": f"{_SPEC}server-time",
    "setname": f"{_SPEC}setname",
    "standard-replies": f"{_SPEC}standard-replies",
    "sts": f"{_SPEC}sts",
    "userhost-in-names": f"{_SPEC}userhost-in-names",
}
"""Every capability that has a meaning here, and where it is specified.

A server offers those of them that work: a door passes them, with their values, as ``Offer``.
"""

Offer: TypeAlias = Mapping[str, str]
"""Names of capabilities, each with its value or ""."""


def sasl_value(mechanisms: Iterable[str]) -> str:
    """The value of ``sasl``: the mechanisms that can be used on this connection."""
    return ",".join(mechanisms)


def sts_value(*, secure: bool, port: int, duration: int) -> str:
    """The value of ``sts``: where TLS is for who came without, how long to remember for others."""
    return f"duration={duration}" if secure else f"port={port}"


class Answer(NamedTuple):
    """One line of the server's.

    Attributes:
        subcommand: LS, LIST, ACK, NAK, NEW or DEL.
        names: of capabilities, as they stand in the line.
        more: whether another line of the same answer follows, and is to be marked so.
    """

    subcommand: str
    names: tuple[str, ...]
    more: bool = False

    @property
    def params(self) -> tuple[str, ...]:
        """What stands behind the client's nick."""
        star = ("*",) if self.more else ()
        return (self.subcommand, *star, " ".join(self.names))


class InvalidSubcommand(NamedTuple):
    """There is nothing of this name (410)."""

    subcommand: str


class MissingSubcommand(NamedTuple):
    """CAP alone means nothing (461)."""


Outcome: TypeAlias = tuple[Answer, ...] | InvalidSubcommand | MissingSubcommand


class Negotiation:
    """What one client has agreed on.

    Args:
        offer: what the server has.
        around: how many bytes of a line are not capabilities' names.

    Attributes:
        enabled: what holds at the moment; one object for equal sets.
        holds: whether registration has to wait.
        version: of the negotiation, as the client told.
    """

    def __init__(self, offer: Offer, around: int = 120) -> None:
        self.enabled: frozenset[str] = _shared(frozenset())
        self.holds = False
        self.version = 0
        self._in = False
        self._offer = dict(offer)
        self._room = LINE_BYTES - around

    def take(self, params: tuple[str, ...]) -> Outcome:
        """What is to be answered to CAP with these parameters; nothing to END."""
        if not params:
            return MissingSubcommand()
        subcommand = params[0].upper()
        if subcommand in {"LS", "REQ"} and not self._in:
            self.holds = True
        match subcommand:
            case "LS":
                return self._list_offer(params[1:])
            case "LIST":
                return self._pages("LIST", sorted(self.enabled))
            case "REQ":
                return self._request(" ".join(params[1:]))
            case "END":
                self.holds = False
                return ()
            case _:
                return InvalidSubcommand(params[0])

    def registered(self) -> None:
        """The client is in: nothing waits for the end of a negotiation any more."""
        self._in, self.holds = True, False

    def offer(self, offer: Offer) -> tuple[Answer, ...]:
        """Offer something else from now on; what is gone holds no longer.

        Returns:
            What is to be told to a client that wants to know.
        """
        old, self._offer = self._offer, dict(offer)
        gone = sorted(old.keys() - offer.keys())
        new = [self._told(one) for one in sorted(offer) if old.get(one) != offer[one]]
        # Whoever did not ask to be told keeps nothing that does not work any more either.
        told = NOTIFY in self.enabled
        self.enabled = _shared(self.enabled - set(gone))
        if not told:
            return ()
        return (*self._some("DEL", gone), *self._some("NEW", new))

    def _list_offer(self, words: tuple[str, ...]) -> Outcome:
        version = words[0] if words else ""
        if version.isascii() and version.isdigit():
            # It never becomes less: a client knows what it has said before.
            self.version = max(self.version, int(version[:9]))
        if self.version >= VERSION and NOTIFY in self._offer:
            self.enabled = _shared(self.enabled | {NOTIFY})
        return self._pages("LS", [self._told(one) for one in sorted(self._offer)])

    def _told(self, name: str) -> str:
        value = self._offer[name]
        return f"{name}={value}" if value and self.version >= VERSION else name

    def _request(self, text: str) -> Outcome:
        words = tuple(text.split())
        wanted: dict[str, bool] = {one.removeprefix("-"): one[0] != "-" for one in words}
        if not all(self._grants(name, on) for name, on in wanted.items()):
            return self._cut("NAK", words)
        off = {name for name, on in wanted.items() if not on}
        self.enabled = _shared(self.enabled.union(wanted).difference(off))
        return self._cut("ACK", words)

    def _grants(self, name: str, on: bool) -> bool:
        if not on:
            return name in self._offer and not (name == NOTIFY and self.version >= VERSION)
        return name in self._offer

    def _some(self, subcommand: str, names: list[str]) -> tuple[Answer, ...]:
        return self._cut(subcommand, names) if names else ()

    def _cut(self, subcommand: str, names: Iterable[str]) -> tuple[Answer, ...]:
        """An answer on as many lines as it takes, of which none is marked."""
        return tuple(Answer(subcommand, page) for page in _pages(names, self._room))

    def _pages(self, subcommand: str, names: Iterable[str]) -> tuple[Answer, ...]:
        """A list, whose lines but the last are marked; for old clients it has one line."""
        pages = [*_pages(names, self._room)]
        if self.version < VERSION:
            pages = pages[:1]
        last = len(pages) - 1
        return tuple(Answer(subcommand, page, place < last) for place, page in enumerate(pages))


def _pages(names: Iterable[str], room: int) -> Iterator[tuple[str, ...]]:
    """Names in groups that fit a line each; one group at least."""
    page: list[str] = []
    size = 0
    for name in names:
        length = len(name.encode("utf-8", "replace")) + 1
        if page and size + length > room:
            yield tuple(page)
            page, size = [], 0
        page.append(name)
        size += length
    yield tuple(page)


@lru_cache(maxsize=4096)
def _shared(names: frozenset[str]) -> frozenset[str]:
    """The one object for a set: lenses are found by it, and thousands have the same."""
    return names

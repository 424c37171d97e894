"""The commands that the client carries out itself."""

from collections.abc import Callable
from typing import Protocol

from twistedchat.client.around import Teller
from twistedchat.client.conversation import Conversation
from twistedchat.client.entries import LOCAL, local_help
from twistedchat.client.exporting import Exporting
from twistedchat.client.items import Tone
from twistedchat.client.past import read_wish
from twistedchat.client.private_file import PrivateFile
from twistedchat.client.settings import Settings, SettingsError
from twistedchat.client.sign_in import SignIn

#: Settings that count only when the program starts.
_AT_START = frozenset({"nick", "server", "rooms", "device"})


class Desk(Teller, Protocol):
    """Where the person sits."""

    settings: Settings

    def change(self, settings: Settings) -> None:
        """Take other settings."""

    def clear(self) -> None:
        """Clear the screen."""

    def reconnect(self) -> None:
        """Connect anew."""

    def quit(self, reason: str = "") -> None:
        """Leave."""


class OwnCommands:
    """The client's own commands, one method each.

    Args:
        desk: where the person sits.
        conversation: what is said and heard.
        settings_file: where lasting settings belong, for telling so.
        now: gives the time in seconds since 1970.
    """

    def __init__(
        self,
        desk: Desk,
        conversation: Conversation,
        settings_file: str,
        now: Callable[[], float],
    ) -> None:
        self._desk = desk
        self._talk = conversation
        self._settings_file = settings_file
        self._now = now
        self.exporting = Exporting(conversation, PrivateFile)
        sign_in = SignIn(desk, conversation)
        self._acts: dict[str, Callable[[str], None]] = {
            "clear": lambda _rest: desk.clear(),
            "context": self._context,
            "export": self._export,
            "forget": sign_in.erase,
            "help": self._help,
            "history": self._history,
            "join": self._join,
            "login": sign_in.log_in,
            "logout": sign_in.log_out,
            "older": lambda _rest: self.look_further(),
            "passwd": sign_in.change,
            "quit": desk.quit,
            "reconnect": lambda _rest: desk.reconnect(),
            "register": sign_in.register,
            "search": self._search,
            "set": self._set,
        }

    def carry_out(self, name: str, rest: str) -> None:
        """Carry out a command with what stands behind its name."""
        self._acts[name](rest)

    def look_further(self) -> None:
        """Show what was said before the lines that were shown last."""
        self._talk.past.look_further(self._now())

    def _join(self, rest: str) -> None:
        name, _, password = rest.partition(" ")
        if name:
            self._talk.join(name, password.strip())
        else:
            self._misspelt("join")

    def _history(self, rest: str) -> None:
        wish = read_wish(rest, self._now())
        if wish is None:
            self._misspelt("history")
        else:
            self._talk.past.look(wish, self._now())

    def _search(self, rest: str) -> None:
        if rest or self._talk.search.can_go_on:
            self._talk.search.look(rest)
        else:
            self._desk.tell("Write it like this: /search WORDS", Tone.ERROR)

    def _context(self, rest: str) -> None:
        if rest.isascii() and rest.isdigit():
            self._talk.search.look_around(int(rest[:9]))
        else:
            self._misspelt("context")

    def _export(self, rest: str) -> None:
        if rest:
            self.exporting.begin(rest)
        else:
            self._misspelt("export")

    def _misspelt(self, name: str) -> None:
        usage = f"/{name} {LOCAL[name][0]}"
        self._desk.tell(f"Write it like this: {usage}", Tone.ERROR)

    def _help(self, rest: str) -> None:
        name = rest.removeprefix("/").lower()
        if name in LOCAL and name != "help":
            self._tell_all(local_help(name))
        else:
            self._talk.command(f"/help {rest}".strip())

    def _set(self, rest: str) -> None:
        name, _, value = rest.partition(" ")
        if not value.strip():
            described = self._desk.settings.described()
            self._tell_all([*described, f"Lasting ones stand in {self._settings_file}"])
            return
        try:
            changed = self._desk.settings.typed(name, value.strip())
        except SettingsError as error:
            self._desk.tell(str(error), Tone.ERROR)
            return
        self._change(name, changed)

    def _change(self, name: str, changed: Settings) -> None:
        line = next(line for line in changed.described() if line.startswith(f"{name} = "))
        if name in _AT_START:
            text = f"That counts when the program starts: put {line} in {self._settings_file}."
            self._desk.tell(text)
            return
        self._desk.change(changed)
        self._desk.tell(f"{line} for now. To keep it, put that line in {self._settings_file}.")

    def _tell_all(self, texts: list[str]) -> None:
        for text in texts:
            self._desk.tell(text)

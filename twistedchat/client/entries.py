"""What a typed line means.

hello           said in the current room
//x             says /x
/quit, ...      the client's own commands, named in full
/anything       else beginning with a slash goes to the server
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from twistedchat.core.slips import SECRET, slip

#: The client's own commands: arguments and what they do.
LOCAL = {
    "clear": ("", "clear the screen"),
    "context": ("NUMBER", "show what stood around a result of /search"),
    "export": ("FILE", "write everything stored about you to a new file"),
    "forget": ("", "erase your account and all you said; your password is asked for"),
    "help": ("[COMMAND]", "list the commands"),
    "history": (
        "[COUNT|10m|2h|since DATE] [ROOM|@NICK]",
        "show what was said; again: further back",
    ),
    "join": ("ROOM [PASSWORD]", "go to a room, or talk in a joined one"),
    "login": ("[NICK]", "prove that a name is yours; the password is asked for"),
    "logout": ("", "go on as a guest"),
    "older": ("", "show what was said before; again, or Page Up: further back"),
    "passwd": ("", "change your password"),
    "quit": ("[REASON]", "say goodbye and leave"),
    "reconnect": ("", "connect anew, now"),
    "register": ("", "make your nick your own, with a password"),
    "search": ("[WORDS]", "find what was said; again without words: more results"),
    "set": ("[NAME VALUE]", "show the settings, or change one for now"),
}

#: Columns for the usage; a longer one pushes its explanation on.
_USAGE = 24


@dataclass(frozen=True, slots=True)
class Say:
    """A line to be said."""

    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command for the server."""

    text: str


@dataclass(frozen=True, slots=True)
class Local:
    """A command of the client's own."""

    name: str
    rest: str


Entry: TypeAlias = Say | Command | Local


def read_entry(line: str) -> Entry:
    """Understand a typed line."""
    if line.startswith("//") or not line.startswith("/"):
        return Say(line.removeprefix("/"))
    name, _, rest = line[1:].partition(" ")
    name = {"j": "join"}.get(name.lower(), name.lower())
    if name in LOCAL:
        return Local(name, rest.strip())
    return Command(line)


def is_secret(line: str, known: Collection[str]) -> bool:
    """Whether a line holds a password.

    Args:
        line: as typed.
        known: the server's commands; a name that is none of them may be short for one.
    """
    if not line.startswith("/") or line.startswith("//"):
        return slip(line) != ""
    name, *arguments = line[1:].lower().split() or [""]
    if name in ("join", "j"):
        return len(arguments) > 1
    if name == "room":
        return "password" in arguments
    short = len(name) > 1 and name not in known and any(word.startswith(name) for word in SECRET)
    return bool(arguments) and (name in SECRET or short)


def local_help(name: str = "") -> list[str]:
    """The client's own commands, or one of them, a line each."""
    chosen = [name] if name in LOCAL else list(LOCAL)
    return [f"/{each} {LOCAL[each][0]}".ljust(_USAGE) + f" {LOCAL[each][1]}" for each in chosen]

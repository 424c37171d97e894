"""WHOX: a WHO whose asker says which fields to tell (ircv3.net/specs/extensions/whox).

``WHO #room %tcuhnfar,42``: the letters, in an order of their own, and a number that comes back.
"""

from typing import TYPE_CHECKING

from twistedchat.core.rooms import Room
from twistedchat.core.users import User
from twistedchat.protocols.irc.masks import USER
from twistedchat.protocols.irc.messages import format_line
from twistedchat.protocols.irc.roomlines import signs_of

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue

TOKEN_DIGITS = 3


def who_flags(dialogue: "IrcDialogue", user: User, room: Room | None) -> str:
    """Here or gone, server operator, and what somebody is in a room."""
    flags = ("H" if user.away is None else "G") + ("*" if user.operator else "")
    member = room.members.get(user.id) if room else None
    if room and member:
        flags += signs_of(room, member, every="multi-prefix" in dialogue.agreed)
    return flags


def whox_line(dialogue: "IrcDialogue", asked: str, user: User, room: Room | None) -> bytes:
    """One person, with the fields that were asked for."""
    letters, _, token = asked.partition(",")
    name = dialogue.chat.state.owned.name_of(user.account)
    idle = int(dialogue.chat.clock.now() - user.spoke)
    # In the order in which they are told, whatever the order of the letters is.
    fields = {
        "t": token if token.isdigit() and len(token) <= TOKEN_DIGITS else "0",
        "c": f"#{room.name.shown}" if room else "*",
        "u": USER,
        # What stands for an address that nobody is shown.
        "i": "255.255.255.255",
        "h": user.cloak,
        "s": dialogue.server,
        "n": user.nick,
        "f": who_flags(dialogue, user, room),
        "d": "0",
        "l": str(idle),
        "a": name.shown if name else "0",
        "o": "n/a",
        "r": user.nick,
    }
    words = [value for letter, value in fields.items() if letter in letters]
    return format_line("354", (dialogue.nick, *words), dialogue.server)

"""A refusal of the core as a numeric: the number says to programs what the sentence says to people.

The texts of numerics are for people, so they are the core's sentences, which say more than "Cannot
join channel (+b)" does.
"""

from typing import Final, NamedTuple

from twistedchat.core.errors import ChatError


class Reply(NamedTuple):
    """A numeric, and what stands before its text besides the nick."""

    code: str
    words: tuple[str, ...]


# What the first parameter of the command stands for, whatever the command is.
_ANYWHERE: Final = {
    "no-such-room": "403",
    "bad-room-name": "476",
    "looks-alike": "476",
    "not-in-room": "442",
    "no-such-nick": "401",
    "bad-nick": "432",
    "nick-taken": "433",
    "banned": "474",
    "invite-only": "473",
    "wrong-password": "475",
    "moderated": "404",
    "muted": "404",
    "slow-mode": "404",
    "filtered": "404",
    "not-allowed": "482",
}
# Numerics without another word than the text.
_ALONE: Final = {"empty": "412", "too-long": "417", "bad-login": "464", "not-logged-in": "451"}
_IN: Final = {
    "JOIN": {"too-many": "405"},
    "MODE": {"too-many": "478"},
    "PRIVMSG": {"not-in-room": "404", "not-allowed": "404", "banned": "404"},
}
_OTHERWISE: Final = "400"


def reply_to(error: ChatError, command: str, target: str) -> Reply:
    """The numeric for a refusal.

    Args:
        error: what the core said.
        command: that was refused.
        target: of the command: a room, a nick, or what it was about.
    """
    code = error.code
    if code in _ALONE:
        return Reply(_ALONE[code], ())
    found = _IN.get(command, {}).get(code) or _ANYWHERE.get(code)
    if found is None or not target:
        return Reply(_OTHERWISE, (command,))
    # The list that is full is that of bans: it is the only one with a bound.
    return Reply(found, (target, "b") if found == "478" else (target,))

"""What one client sees: through which lens, and of rooms that it has just come into."""

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from twistedchat.core.crowds import HOLD_SECONDS, SMALL
from twistedchat.core.rooms import Room
from twistedchat.protocols.irc.hush import HushLens
from twistedchat.protocols.irc.roomlines import names, topic
from twistedchat.protocols.replies import start

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue

# For longer than this nobody's coming is held back.
HUSH_SECONDS = 1.5 * HOLD_SECONDS


def wear_lens(dialogue: "IrcDialogue") -> None:
    """Let the client see what it has agreed on."""
    lens = dialogue.lens
    worn = HushLens(lens, dialogue.nick) if dialogue.hushed else lens
    dialogue.chat.set_lens(dialogue.session, worn)


def joined(dialogue: "IrcDialogue", room: Room) -> None:
    """The client is told that it is in a room, and is not to hear it again."""
    if _is_busy(dialogue, room):
        dialogue.hushed += 1
        wear_lens(dialogue)
        dialogue.chat.clock.later(HUSH_SECONDS, partial(_unhush, dialogue))


def _is_busy(dialogue: "IrcDialogue", room: Room) -> bool:
    return dialogue.chat.fanout.count(room.name.key) > SMALL


def _unhush(dialogue: "IrcDialogue") -> None:
    dialogue.hushed -= 1
    if not dialogue.hushed and dialogue.session.user is not None:
        wear_lens(dialogue)


def brought_in(dialogue: "IrcDialogue") -> None:
    """Another device of the same person has joined a room; that this one is in is heard."""
    user = dialogue.session.user
    room = next(reversed(user.rooms.values()), None) if user is not None else None
    if room is None or dialogue.session.arriving:
        return
    if _is_busy(dialogue, room):
        dialogue.chat.clock.later(HUSH_SECONDS, partial(_show, dialogue, room))
    else:
        _show(dialogue, room)


def _show(dialogue: "IrcDialogue", room: Room) -> None:
    user = dialogue.session.user
    if user is not None and room.name.key in user.rooms:
        start(dialogue.wire, chain(topic(dialogue, room, silent=True), names(dialogue, room)))

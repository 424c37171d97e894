"""Own acts whose answer tells of them already, so that their event need not be shown as well."""

from typing import TYPE_CHECKING

from twistedchat.core import events
from twistedchat.core.events import Event

if TYPE_CHECKING:
    from twistedchat.client.conversation import Conversation


def is_told(talk: "Conversation", event: Event) -> bool:
    """Whether another line says what one's own act has done.

    An act of another of one's devices has no such line.
    """
    match event:
        case events.Joined():
            # In a busy room it may come later than the answer.
            known = talk.rooms.find(event.room) is not None or talk.is_joining(event.room)
            return known or _is_under_way(talk, "join")
        case events.Parted():
            return _is_under_way(talk, "part", "leave")
        case events.WentAway():
            return _is_under_way(talk, "away")
        case events.CameBack():
            return _is_under_way(talk, "back")
        case _:
            return False


def _is_under_way(talk: "Conversation", *names: str) -> bool:
    """Whether one of these commands, or the beginning of its name, is typed and not answered."""
    drafts = [d for d in talk.drafts.under_way if d.request.get("type") == "command"]
    typed = {draft.text[1:].partition(" ")[0].lower() for draft in drafts} - {""}
    return any(name.startswith(word) for name in names for word in typed)

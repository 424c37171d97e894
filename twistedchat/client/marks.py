"""What was shown is marked as read, so that no device shows it again as new.

Marks are gathered: at most one a room in a few seconds, and one at the end.
"""

from typing import TYPE_CHECKING

from twistedchat.client.items import Happened, Item, Request
from twistedchat.client.rooms import key
from twistedchat.core.events import Emoted, Said

if TYPE_CHECKING:
    from twistedchat.client.conversation import Conversation

#: Seconds between two rounds of marks.
EVERY = 3.0


class Marks:
    """Tells the server how far the person has read.

    Args:
        talk: has the rooms, and sends.
    """

    def __init__(self, talk: "Conversation") -> None:
        self._talk = talk
        self._shown: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._next: float | None = None
        self._useless = False

    def note(self, items: list[Item], now: float) -> None:
        """These items are shown now."""
        for item in items:
            # What somebody looked for in the past is no place up to which all was shown.
            if isinstance(item, Happened) and isinstance(item.event, Said | Emoted):
                room = key(item.event.room)
                if not item.quote:
                    self._shown[room] = max(self._shown.get(room, ""), item.event.id)
        if self._next is None and self._untold():
            self._next = now + EVERY

    def due(self, now: float) -> list[Request]:
        """The marks to send now."""
        return self.all() if self._next is not None and now >= self._next else []

    def wait(self, now: float) -> float | None:
        """Seconds until marks are due; None if there are none."""
        return None if self._next is None else max(0.0, self._next - now)

    def all(self) -> list[Request]:
        """Every mark that the server does not know yet."""
        self._next = None
        rooms = self._untold()
        self._told |= {room: self._shown[room] for room in rooms}
        return [self._request(room) for room in rooms]

    def lost(self) -> None:
        """The server may not have heard of them, or knows the person as somebody else."""
        self._told.clear()
        self._next = None

    def _untold(self) -> list[str]:
        talk = self._talk
        if not (talk.online and talk.identity.known and talk.profile.device) or self._useless:
            return []
        return [room for room in self._shown if self._may_tell(room)]

    def _may_tell(self, name: str) -> bool:
        room = self._talk.rooms.find(name)
        if room is None or self._talk.hearing.has_gap(name):
            return False
        # Before what is shown something new may wait that is not.
        waits = room.missed is not None and room.missed.after
        return not waits and self._shown[name] > self._told.get(name, "")

    def _request(self, name: str) -> Request:
        room = self._talk.rooms.find(name)
        shown = room.name if room is not None else name
        request = {"type": "read", "room": f"#{shown}", "msgid": self._shown[name]}
        return self._talk.replies.expect(request, self._answered)

    def _answered(self, reply: Request) -> None:
        # A server from before there were marks; anything else will be right the next time.
        self._useless = self._useless or reply.get("code") == "unknown-request"

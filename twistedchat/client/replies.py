"""Who waits for which reply of the server's."""

from collections.abc import Callable
from itertools import count

from twistedchat.client.items import Request

Reply = Callable[[Request], None]


class Replies:
    """Numbers requests and finds whoever waits for what comes back."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._waiting: dict[int, Reply] = {}
        self._parts: dict[int, Reply] = {}

    def next_id(self) -> int:
        """The next number of a request."""
        return next(self._ids)

    def expect(self, request: Request, on_reply: Reply, on_part: Reply | None = None) -> Request:
        """The request with its number.

        Args:
            request: without a number.
            on_reply: gets the reply.
            on_part: gets what comes before the reply with the same number. Whoever takes parts is
                told when the connection breaks: ``on_reply`` gets an error then.
        """
        number = self.next_id()
        self._waiting[number] = on_reply
        if on_part is not None:
            self._parts[number] = on_part
        return {**request, "id": number}

    def reply_for(self, number: object) -> Reply | None:
        """Who waits for the reply with this number; nobody does from now on."""
        if not isinstance(number, int):
            return None
        self._parts.pop(number, None)
        return self._waiting.pop(number, None)

    def part_for(self, number: object) -> Reply | None:
        """Who waits for parts with this number."""
        return self._parts.get(number) if isinstance(number, int) else None

    def lost(self, why: str) -> None:
        """The connection is gone, and nothing will come."""
        broken = [self._waiting[number] for number in self._parts]
        self._parts.clear()
        self._waiting.clear()
        for reply in broken:
            reply({"type": "error", "text": why})

"""The bus of a server that is alone: an intent's turn comes at once."""

from twistedchat.core.chat import Chat
from twistedchat.core.ids import Ids
from twistedchat.core.intents import Intent
from twistedchat.core.ports import Clock


class LocalBus:
    """Stamps intents in the order in which they come, and applies them at once."""

    def __init__(self, chat: Chat, ids: Ids, clock: Clock) -> None:
        self._chat = chat
        self._ids = ids
        self._clock = clock

    def publish(self, intent: Intent, origin: str, request: int) -> None:
        """Apply the intent."""
        id_, at = self._ids.next(self._clock.now())
        self._chat.apply(intent, id_, at, origin, request)

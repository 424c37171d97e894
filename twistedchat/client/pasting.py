"""Many lines pasted at once: said only after the person has confirmed it."""

from functools import partial

from twistedchat.client.around import Teller, is_yes
from twistedchat.client.conversation import Conversation
from twistedchat.client.drafts import MAX_WAITING
from twistedchat.client.items import Tone


class Pasting:
    """Asks before pasted lines are said.

    Args:
        desk: where the person sits.
        conversation: what is said and heard.
    """

    def __init__(self, desk: Teller, conversation: Conversation) -> None:
        self._desk = desk
        self._talk = conversation

    def offer(self, lines: list[str]) -> None:
        """Ask whether all these lines are to be said."""
        room = self._talk.rooms.current
        free = MAX_WAITING - self._talk.drafts.waiting
        if room is None or len(lines) > free:
            why = "You are in no room" if room is None else f"At most {free} can be sent at once"
            self._desk.tell(f"{len(lines)} lines were pasted and not sent. {why}.", Tone.ERROR)
            return
        question = f"Say these {len(lines)} lines in #{room.name}? (yes/no) "
        self._desk.ask(question, partial(self._say, lines))

    def _say(self, lines: list[str], answer: str) -> None:
        if not is_yes(answer):
            self._desk.tell(f"{len(lines)} lines were not sent.")
            return
        for line in lines:
            self._talk.say(line)

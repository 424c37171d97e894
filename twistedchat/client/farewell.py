"""What is told when the terminal is given back: the lines without a confirmation."""

from twistedchat.client.conversation import Conversation
from twistedchat.client.text import safe

#: As many lines are shown by their text; the others are counted.
LISTED = 20


def last_account(talk: Conversation) -> list[str]:
    """One line for each line that may not have been said; many are counted."""
    unsent = talk.unsent()
    told = [f"{_fate(one.doubtful)}: {safe(one.draft.text)}" for one in unsent[:LISTED]]
    if len(unsent) > LISTED:
        told.append(f"... and {len(unsent) - LISTED} more lines.")
    return told


def _fate(doubtful: bool) -> str:
    return "Sent, but not confirmed" if doubtful else "Not sent"

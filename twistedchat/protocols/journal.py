"""The log of what operators did: actor, target and reason, in fields."""

from dataclasses import fields

from twisted.logger import Logger

from twistedchat.core.events import Event
from twistedchat.render.sentences import sentence


class LogJournal:
    """Writes operators' acts to Twisted's log."""

    _log = Logger()

    def operator_acted(self, event: Event) -> None:
        """One line an act, with the event's fields for those who search."""
        told = {f.name: getattr(event, f.name) for f in fields(event)}
        self._log.info(
            "Operator: {act}", act=sentence(event), kind=type(event).__name__, event=told
        )

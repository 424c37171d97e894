"""The bus of a server that is alone."""

from twistedchat.bus.local import LocalBus
from twistedchat.core.ids import Ids
from twistedchat.core.intents import Announce, Intent
from twistedchat.testing import START, VirtualClock


def test_an_intent_is_applied_at_once_with_an_id_and_a_time() -> None:
    """In the order in which they come; origin and request are handed on."""
    applied: list[tuple] = []

    class Recorded:
        def apply(self, intent: Intent, id_: str, at: float, origin: str, request: int) -> None:
            applied.append((intent, id_, at, origin, request))

    clock = VirtualClock()
    bus = LocalBus(Recorded(), Ids(1), clock)
    first, second = Announce("", "one"), Announce("", "two")
    bus.publish(first, "-1", 7)
    clock.advance(1)
    bus.publish(second, "", 0)
    assert [(intent, at, *rest) for intent, _, at, *rest in applied] == [
        (first, START, "-1", 7),
        (second, START + 1, "", 0),
    ]
    assert applied[0][1] < applied[1][1]

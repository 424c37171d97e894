"""The gate that is always open."""

from twistedchat.core.gates import OpenGate


def test_a_turn_is_released_at_once() -> None:
    """Nothing waits where nothing is stored."""
    released = []

    class Recorded:
        def release(self) -> None:
            released.append(self)

    turn = Recorded()
    OpenGate().submit(turn)
    assert released == [turn]

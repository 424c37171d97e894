"""How Python's cyclic garbage collector works in a server of many connections.

What a connection is made of is freed by counting references: nothing in it refers back to itself
once it is closed. Where Twisted's TLS would, ours sees to it at the end; a test holds us to that,
for here a ring would stay until thousands of connections have ended. So the collector finds next
to nothing, and each of its full passes looks at everything that all connections hold, while
everybody waits. Here it passes far less often: what came with the program is left out, and the
young are looked at once in many thousands.
"""

import gc

# Objects more than were freed, passes over them, and passes over the survivors of those.
THRESHOLDS = (50_000, 20, 50)


class Garbage:
    """Slows the collector down while the server runs."""

    def __init__(self) -> None:
        self._before: tuple[int, int, int] | None = None

    def start(self) -> None:
        """Leave out what is there by now, and pass less often."""
        self._before = gc.get_threshold()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)

    def stop(self) -> None:
        """Let the collector work as it did before."""
        if self._before is not None:
            gc.set_threshold(*self._before)
            gc.unfreeze()
            self._before = None

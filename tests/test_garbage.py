"""The collector is slowed down while the server runs, and no longer."""

import gc

from twistedchat.garbage import THRESHOLDS, Garbage


def test_slowed_down_and_back():
    """What was set before comes back, and so do the objects that were left out."""
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    garbage = Garbage()
    garbage.start()
    assert gc.get_threshold() == THRESHOLDS
    assert gc.get_freeze_count() > frozen
    garbage.stop()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_stopped_without_a_start():
    """Stopping what never ran changes nothing."""
    before = gc.get_threshold()
    Garbage().stop()
    assert gc.get_threshold() == before

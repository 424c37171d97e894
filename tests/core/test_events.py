"""Events: frozen facts, all of one shape."""

from dataclasses import FrozenInstanceError, fields
from typing import get_args

import pytest

from twistedchat.core import events
from twistedchat.core.events import Crowd, Event, Kept, Message, Notice, Recalled


@pytest.mark.parametrize("kind", get_args(Event))
def test_every_event_has_its_place_and_time_and_cannot_change(kind: type) -> None:
    """It is shared by everybody who hears it."""
    names = [field.name for field in fields(kind)]
    assert names[:2] == ["id", "at"]
    event = kind(**dict.fromkeys(names, ""))
    with pytest.raises(FrozenInstanceError):
        event.id = "other"
    assert kind.__doc__


def test_no_event_was_left_out_of_the_union() -> None:
    """Else no match would have to treat it."""
    classes = {value for value in vars(events).values() if isinstance(value, type)}
    kinds = classes - {Notice, Crowd, Recalled}
    assert kinds == set(get_args(Event))
    assert set(get_args(Message)) < set(get_args(Kept)) < set(get_args(Event))

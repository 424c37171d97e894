"""Intents: plain data that can cross to another node."""

import pickle
from dataclasses import fields
from typing import get_args

import pytest

from twistedchat.core.intents import Intent
from twistedchat.core.names import prepare_nick


@pytest.mark.parametrize("kind", get_args(Intent))
def test_an_intent_is_plain_data(kind: type) -> None:
    """Compared by value and free of anything that belongs to one process."""
    values = {
        field.name: prepare_nick("ada") if field.name == "name" else "text"
        for field in fields(kind)
    }
    intent = kind(**values)
    assert pickle.loads(pickle.dumps(intent)) == intent == kind(**values)

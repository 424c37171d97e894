"""The log of operators' acts."""

from twisted.logger import formatEvent

from twistedchat.core.events import Kicked
from twistedchat.protocols.journal import LogJournal


def test_an_act_is_one_line_with_its_fields(logged):
    """Actor, target, room and reason."""
    LogJournal().operator_acted(Kicked("id", 5.0, "ops", "bob", "ada", "{noise}"))
    [event] = logged
    assert formatEvent(event) == "Operator: ada put bob out of #ops: {noise}"
    assert event["kind"] == "Kicked"
    assert event["event"]["by"] == "ada"
    assert event["event"]["reason"] == "{noise}"

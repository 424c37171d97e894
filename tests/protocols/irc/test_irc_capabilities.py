"""Capabilities are agreed on as clients expect it, all of a request or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.protocols.irc.capabilities import (
    CAPABILITIES,
    NOTIFY,
    Answer,
    InvalidSubcommand,
    MissingSubcommand,
    Negotiation,
    sasl_value,
    sts_value,
)
from twistedchat.protocols.irc.messages import format_line

OFFER = {"sasl": "PLAIN,EXTERNAL", "server-time": "", NOTIFY: "", "batch": ""}


def answers(negotiation: Negotiation, line: str) -> list[tuple[str, ...]]:
    outcome = negotiation.take(tuple(line.split(" ", 1)))
    assert isinstance(outcome, tuple)
    return [one.params for one in outcome if isinstance(one, Answer)]


def test_what_there_is_is_told_with_values_from_302_on() -> None:
    """An older client would take a value for a part of the name."""
    assert answers(Negotiation(OFFER), "LS") == [("LS", "batch cap-notify sasl server-time")]
    assert answers(Negotiation(OFFER), "LS 301") == [("LS", "batch cap-notify sasl server-time")]
    told = [("LS", "batch cap-notify sasl=PLAIN,EXTERNAL server-time")]
    assert answers(Negotiation(OFFER), "LS 302") == told
    assert answers(Negotiation(OFFER), "ls 307") == told


def test_302_brings_cap_notify_along() -> None:
    """And it can't be given up then."""
    negotiation = Negotiation(OFFER)
    answers(negotiation, "LS 302")
    assert answers(negotiation, "LIST") == [("LIST", NOTIFY)]
    assert answers(negotiation, f"REQ -{NOTIFY}") == [("NAK", f"-{NOTIFY}")]
    answers(negotiation, "LS")
    assert negotiation.version == 302
    older = Negotiation(OFFER)
    assert answers(older, f"REQ {NOTIFY}") == [("ACK", NOTIFY)]
    assert answers(older, f"REQ -{NOTIFY}") == [("ACK", f"-{NOTIFY}")]


def test_a_request_is_granted_as_a_whole() -> None:
    """In the order in which it was written."""
    negotiation = Negotiation(OFFER)
    assert answers(negotiation, "REQ sasl server-time ") == [("ACK", "sasl server-time")]
    assert negotiation.enabled == {"sasl", "server-time"}
    assert answers(negotiation, "REQ -sasl batch") == [("ACK", "-sasl batch")]
    assert negotiation.enabled == {"server-time", "batch"}


@pytest.mark.parametrize("asked", ["batch foo", "-foo", "foo -batch", "sasl=PLAIN", "-", "BATCH"])
def test_a_request_with_something_unknown_changes_nothing(asked: str) -> None:
    """Not even what is known in it."""
    negotiation = Negotiation(OFFER)
    answers(negotiation, "REQ batch")
    before = negotiation.enabled
    assert answers(negotiation, f"REQ {asked}") == [("NAK", asked)]
    assert negotiation.enabled is before


def test_the_last_word_on_a_capability_counts() -> None:
    """Somebody who writes both means the last."""
    negotiation = Negotiation(OFFER)
    answers(negotiation, "REQ batch -batch")
    assert negotiation.enabled == frozenset()
    answers(negotiation, "REQ -batch batch")
    assert negotiation.enabled == {"batch"}


def test_an_empty_request_is_granted() -> None:
    """There is nothing in it that could not be."""
    assert answers(Negotiation(OFFER), "REQ ") == [("ACK", "")]
    assert answers(Negotiation(OFFER), "REQ") == [("ACK", "")]


def test_registration_waits_while_it_goes_on() -> None:
    """Until END, which is answered with nothing; or until the client is in anyway."""
    for line in ("LS 302", "REQ batch"):
        negotiation = Negotiation(OFFER)
        answers(negotiation, "LIST")
        assert not negotiation.holds
        answers(negotiation, line)
        assert negotiation.holds
        assert answers(negotiation, "END") == []
        assert not negotiation.holds
        answers(negotiation, line)
        negotiation.registered()
        assert not negotiation.holds
        answers(negotiation, line)
        assert not negotiation.holds


def test_what_is_no_subcommand_is_told() -> None:
    """CAP alone, too."""
    assert Negotiation(OFFER).take(("FOO",)) == InvalidSubcommand("FOO")
    assert Negotiation(OFFER).take(("ACK", "batch")) == InvalidSubcommand("ACK")
    assert Negotiation(OFFER).take(()) == MissingSubcommand()


def test_long_lists_go_over_several_lines() -> None:
    """All but the last are marked with a star; an old client gets one."""
    offer = {f"vendor.example/capability-{n}": "v" * 20 for n in range(30)}
    lines = answers(Negotiation(offer), "LS 302")
    assert len(lines) > 1
    assert all(line[:2] == ("LS", "*") for line in lines[:-1])
    assert len(lines[-1]) == 2
    names = [word.partition("=")[0] for line in lines for word in line[-1].split()]
    assert names == sorted(offer)
    assert len(answers(Negotiation(offer), "LS")) == 1


def test_every_capability_fits_the_one_line_of_an_old_client() -> None:
    """Else it could not know of the last ones."""
    lines = answers(Negotiation(dict.fromkeys(CAPABILITIES, "value")), "LS")
    assert lines[0][-1].split() == sorted(CAPABILITIES)
    assert len(format_line("CAP", ("n" * 32, *lines[0]), "s" * 40)) <= 512


def test_who_wants_to_know_is_told_of_changes() -> None:
    """What is gone holds no longer, told or not."""
    negotiation, silent = Negotiation(OFFER), Negotiation(OFFER)
    answers(negotiation, "LS 302")
    for one in (negotiation, silent):
        answers(one, "REQ sasl batch")
    later = {"sasl": "PLAIN", "server-time": "", NOTIFY: "", "setname": ""}
    told = [one.params for one in negotiation.offer(later)]
    assert told == [("DEL", "batch"), ("NEW", "sasl=PLAIN setname")]
    assert negotiation.enabled == {"sasl", NOTIFY}
    assert silent.offer(later) == ()
    assert silent.enabled == {"sasl"}
    assert negotiation.offer(later) == ()


def test_equal_sets_are_one_object() -> None:
    """Lenses are found by them."""
    one, other = Negotiation(OFFER), Negotiation(OFFER)
    answers(one, "REQ sasl batch")
    answers(other, "REQ batch")
    answers(other, "REQ sasl")
    assert one.enabled is other.enabled


@given(st.lists(st.lists(st.text(max_size=8), max_size=4).map(tuple), max_size=6))
def test_any_words_are_answered(lines: list[tuple[str, ...]]) -> None:
    """And nothing holds that was not offered."""
    negotiation = Negotiation(OFFER)
    for line in lines:
        negotiation.take(line)
        negotiation.take(("REQ", *line))
        assert negotiation.enabled <= OFFER.keys()


def test_values() -> None:
    """As the specifications have them."""
    assert sasl_value(["PLAIN", "EXTERNAL"]) == "PLAIN,EXTERNAL"
    assert sts_value(secure=False, port=6697, duration=300) == "port=6697"
    assert sts_value(secure=True, port=6697, duration=300) == "duration=300"

from typing import Any

import pytest

from twistedchat.client.doorstep import Doorstep
from twistedchat.client.refusals import Exit, Refusal

SELF_SIGNED = Refusal(Exit.UNTRUSTED, "It is self-signed. Compare with its owner: x", "AA:BB")


class Case:
    """A doorstep with the desk behind it."""

    def __init__(self, script: Any, teller: Any) -> None:
        self.script, self.teller = script, teller
        self.trusted: list[str] = []
        self.connected = 0
        self.left: list[Any] = []
        self.tell, self.ask, self.answer = teller.tell, teller.ask, teller.answer
        self.doorstep = Doorstep(self, script.talk, self.accept)

    def accept(self, fingerprint: str) -> str:
        self.trusted.append(fingerprint)
        return "It is kept."

    def connect(self) -> None:
        self.connected += 1

    def leave(self, code: Exit, *words: str) -> None:
        self.left.append((code, *words))


@pytest.fixture
def case(script: Any, teller: Any) -> Case:
    return Case(script, teller)


def test_a_nick_is_asked_for_until_there_is_one(case: Case) -> None:
    """An empty answer asks again."""
    case.script.talk.connected()
    case.doorstep.ask_nick()
    case.answer("  ")
    case.answer(" eve ")
    assert case.script.pump()[-1]["nick"] == "eve"


def test_a_certificate_that_is_trusted_is_kept(case: Case) -> None:
    """And the connection is made."""
    case.doorstep.ask_trust(SELF_SIGNED)
    assert case.teller.told == ["It is self-signed.", "Its fingerprint is AA:BB"]
    case.answer("yes")
    assert (case.trusted, case.connected, case.left) == (["AA:BB"], 1, [])
    assert case.teller.told[-1] == "It is kept."


@pytest.mark.parametrize("answer", ["no", "", "yesterday"])
def test_anything_but_yes_leaves(case: Case, answer: str) -> None:
    """Nothing is kept, and the exit code says why."""
    case.doorstep.ask_trust(SELF_SIGNED)
    case.answer(answer)
    assert (case.trusted, case.connected) == ([], 0)
    assert case.left == [(Exit.UNTRUSTED, "Not connected: the certificate is not trusted.")]

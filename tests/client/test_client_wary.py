import pytest

from twistedchat.client.wary import Wary


def test_without_a_password_everything_is_said() -> None:
    """Nothing is remembered that could be one."""
    assert not Wary().holds_back("hello")


def test_the_first_line_after_a_password_is_held_back_once() -> None:
    """It may be another one; the same line again is said, and so is what comes behind."""
    wary = Wary()
    wary.sent("correct horse")
    assert wary.suspects("tr0ub4dor")
    assert wary.holds_back("tr0ub4dor")
    assert not wary.holds_back("tr0ub4dor")
    assert not wary.holds_back("what was that?")


@pytest.mark.parametrize(
    "line", ["correct horse", " Correct Horse", "corect hrose", "correct", "it is correct horse!"]
)
def test_what_resembles_a_refused_password_is_held_back_later_too(line: str) -> None:
    """Until the same is sent again."""
    wary = Wary()
    wary.sent("correct horse")
    wary.holds_back("hm")
    assert wary.holds_back(line)
    assert not wary.suspects(line)
    assert not wary.holds_back(line)
    assert not wary.holds_back("something else")


def test_a_password_that_was_taken_is_forgotten() -> None:
    """And nothing is held back."""
    wary = Wary()
    wary.sent("correct horse")
    wary.taken()
    assert not wary.holds_back("correct horse")


def test_short_words_that_were_refused_hold_back_only_themselves() -> None:
    """A letter is in everything."""
    wary = Wary()
    wary.sent("a", "")
    wary.holds_back("hm")
    assert not wary.holds_back("that is a long line")
    assert wary.holds_back("a")


def test_few_are_remembered() -> None:
    """The last ones."""
    wary = Wary()
    for number in "123456789":
        wary.sent(number * 9)
    wary.holds_back("hm")
    assert not wary.suspects("1" * 9)
    assert wary.suspects("9" * 9)

import pytest

from twistedchat.client.mentions import mentions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ada: hi", True),
        ("hi ADA!", True),
        ("canada", False),
        ("ada2 came", False),
        ("(ada)", True),
        ("", False),
    ],
)
def test_a_nick_counts_only_by_itself(text: str, found: bool) -> None:
    """In any case, but not as a part of another word."""
    assert mentions(text, ("ada",)) is found


def test_a_nick_may_end_in_a_bracket() -> None:
    """Signs in a nick are not taken for a pattern or a word's end."""
    assert mentions("hi [ada]: x", ("[ada]",))
    assert not mentions("a.b", ("a+b", ""))

"""Free nicks near taken ones."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from twistedchat.core.errors import BadNick
from twistedchat.core.free_names import nearest_free
from twistedchat.core.names import Name, nick_key, prepare_nick

ANY = st.one_of(
    st.text(st.characters(), max_size=12),
    st.text(st.characters(codec="ascii"), max_size=12),
    st.sampled_from(["[bob]", "明美", "x\u0301", "Zoë"]),
)


def free_after(*taken: str) -> str:
    keys = {nick_key(nick) for nick in taken}
    return nearest_free(prepare_nick(taken[0]), lambda name: name.key in keys).shown


def test_the_nearest_free_nick_has_the_next_number() -> None:
    """Ada becomes Ada2, and Ada3 when that is taken."""
    assert free_after("Ada") == "Ada2"
    assert free_after("Ada", "ada2", "ada3") == "Ada4"


@pytest.mark.parametrize(
    ("nick", "free"),
    [
        ("a" * 32, "a" * 31 + "2"),
        ("é" * 32, "é" * 31 + "2"),
        ("明" * 21, "明" * 21 + "2"),
        ("明" * 20 + "éaa", "明" * 20 + "éa2"),
        ("a" + "x\u0301\u0302\u0303" * 7 + "x\u0301", "a" + "x\u0301\u0302\u0303" * 7 + "x\u03012"),
        ("abc" + "x\u0301\u0302\u0303" * 7 + "x", "abc" + "x\u0301\u0302\u0303" * 7 + "2"),
        ("abcd" + "x\u0301\u0302\u0303" * 7, "abcd" + "x\u0301\u0302\u0303" * 6 + "2"),
        ("اسم٣", "guest2"),  # Arabic and European digits do not go together
    ],
)
def test_a_long_nick_makes_room_for_its_number(nick: str, free: str) -> None:
    """It is shortened at a letter with all its marks, or given up when that cannot be."""
    assert nearest_free(prepare_nick(nick), lambda _: False).shown == free


def test_a_crowd_with_one_nick_is_numbered_in_few_questions() -> None:
    """A thousand guests of one nick get a thousand near numbers, and nobody waits for it."""
    there: set[str] = set()
    questions = 0

    def taken(name: Name) -> bool:
        nonlocal questions
        questions += 1
        return name.key in there

    for _ in range(1000):
        there.add(nearest_free(prepare_nick("bot"), taken).key)
    assert there == {f"bot{number}" for number in range(2, 1002)}
    assert questions < 40_000


@pytest.mark.parametrize(("chars", "size"), [(1, 64), (2, 64), (32, 3), (32, 64)])
def test_the_search_for_a_free_nick_ends(chars: int, size: int) -> None:
    """Also when everything is taken."""
    with pytest.raises(BadNick, match="Every nick near a is taken"):
        nearest_free(prepare_nick("a"), lambda _: True, chars, size)


@given(ANY, st.integers(2, 40), st.integers(2, 80))
def test_any_free_nick_is_a_nick(text: str, chars: int, size: int) -> None:
    """Whatever stood before the number, the result can be had under the same limits."""
    assume(nick_key(text))
    name = prepare_nick(text, 128, 512, reserved=frozenset())
    free = nearest_free(name, lambda other: other.shown.endswith("2"), chars, size)
    assert prepare_nick(free.shown, chars, size, reserved=frozenset()) == free
    assert free.shown.endswith("3")

"""Names that could be taken for each other."""
# ruff: noqa: RUF001 - names that mislead are what this is about

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.core.lookalikes import LookIndex, Name, looks_alike
from twistedchat.core.names import prepare_room

CYRILLIC = str.maketrans("aceopxyABCEHKMOPTXiI", "асеорхуАВСЕНКМОРТХіІ")

ALIKE = [
    ("bill", "biIl"),
    ("Il", "ll"),
    ("Il", "Ill".replace("ll", "1").replace("I", "l")),
    ("bill", "BlLL"),
    ("BILL", "blll"),
    ("ian", "lan"),
    ("al", "AI"),
    ("bob", "b0b"),
    ("BOB", "b0b"),
    ("ada", "аda"),
    ("ada", "Аda"),
    ("ADA", "аda"),
    ("bill", "bІll"),
    ("BILL", "bіll"),
    ("mary", "Мary"),
    ("mary", "rnаry"),
    ("BOBA", "ВОВА"),
    ("zoë_m", "zoë_rn"),
    ("ada-", "ada\u2010"),
]

DIFFERENT = [
    ("modem", "modern"),
    ("mail", "mall"),
    ("ali", "all"),
    ("zoe", "zoë"),
    ("ada", "Ada"),  # the same name, which is not the same as looking alike
    ("boba", "вова"),
    ("bob", "bob2"),
    ("a|b", "alb"),
    ("москва", "moskva"),
]


def name(text: str) -> Name:
    return prepare_room(text)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_that_can_be_taken_for_each_other(one: str, other: str) -> None:
    """In whatever case, and in whatever script, a stranger cannot borrow a look."""
    assert looks_alike(name(one), name(other))
    assert looks_alike(name(other), name(one))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_names_that_honest_people_have(one: str, other: str) -> None:
    """Two plain words that merely resemble each other can both be had."""
    assert not looks_alike(name(one), name(other))
    assert not looks_alike(name(other), name(one))


def test_the_index_finds_another_name_only() -> None:
    """Neither the name itself nor the one that is given up for it counts."""
    index = LookIndex()
    index.add(name("bill"))
    assert index.find(name("Bill")) is None
    assert index.find(name("biIl")) == name("bill")
    assert index.find(name("biIl"), apart_from=name("bill")) is None
    index.discard(name("BILL"))
    assert index.find(name("biIl")) is None
    assert len(index) == 0


def test_a_name_in_another_case_takes_the_place_of_the_old() -> None:
    """Whoever turns from bill into BILL looks like blll, and the other way round."""
    index = LookIndex()
    index.add(name("BILL"))
    index.add(name("bill"))
    index.discard(name("nobody"))
    assert len(index) == 1
    assert index.find(name("blll")) is None
    index.add(name("BILL"))
    assert index.find(name("blll")) == name("BILL")


def test_forgotten_names_leave_nothing_behind() -> None:
    """What is taken out takes no memory."""
    index = LookIndex()
    for text in ("bill", "biIl", "Zoë"):
        index.add(name(text))
    for text in ("bill", "biIl", "Zoë"):
        index.discard(name(text))
    assert not index._filed
    assert not index._names


ROOMS = st.builds(
    lambda text, cyrillic: name("x" + (text.translate(CYRILLIC) if cyrillic else text)),
    st.text(st.sampled_from("iIlL1oO0mrnaAbB"), max_size=4),
    st.booleans(),
)


@given(st.lists(ROOMS, max_size=12), st.lists(ROOMS, max_size=6), ROOMS)
def test_the_index_answers_as_comparing_with_each_would(
    added: list[Name], removed: list[Name], asked: Name
) -> None:
    """The index is looks_alike, only faster."""
    index = LookIndex()
    there = {}
    for one in added:
        index.add(one)
        there[one.key] = one
    for one in removed:
        index.discard(one)
        there.pop(one.key, None)
    alike = [one for one in there.values() if looks_alike(one, asked)]
    found = index.find(asked)
    assert found in alike if alike else found is None
    assert len(index) == len(there)

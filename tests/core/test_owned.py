"""Names of accounts."""

import pytest

from twistedchat.core.names import prepare_nick
from twistedchat.core.owned import OwnedNames


@pytest.fixture
def names():
    names = OwnedNames()
    names.give(prepare_nick("Ada"), "a1")
    return names


@pytest.mark.parametrize("asked", ["ada", "ADA", "\u0430da"])
def test_a_name_and_what_looks_like_it_belong_to_its_account(names, asked):
    """Whatever the case and the alphabet it is written in."""
    assert names.owner(prepare_nick(asked)) == "a1"


def test_other_names_belong_to_nobody(names):
    """Also the numbered ones that guests get."""
    assert [names.owner(prepare_nick(n)) for n in ("bob", "ada2")] == ["", ""]


def test_an_account_has_one_name(names):
    """Another one frees the first."""
    names.give(prepare_nick("Grace"), "a1")
    assert names.owner(prepare_nick("ada")) == ""
    assert names.name_of("a1").shown == "Grace"
    assert (names.account_of("grace"), names.account_of("ada"), len(names)) == ("a1", "", 1)


def test_a_name_taken_back_is_free(names):
    """And taking it back twice is no fault."""
    names.take_back("a1")
    names.take_back("a1")
    assert names.owner(prepare_nick("ada")) == ""
    assert names.accounts() == []

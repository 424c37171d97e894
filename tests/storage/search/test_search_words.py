"""What counts as a word."""

import pytest

from twistedchat.storage.search.words import has_word, nick_word, place_word, spread


def test_plain_text_is_left_as_it_is():
    """Most text is, and costs nothing."""
    assert spread("ship it, now!") == "ship it, now!"


def test_scripts_without_spaces_are_taken_character_by_character():
    """So that a part of a sentence can be found."""
    assert spread("会議室").split() == ["会", "議", "室"]
    assert spread("ok 🎉🎉!").split() == ["ok", "🎉", "🎉", "!"]
    assert spread("❤️").split() == ["❤"]


def test_the_same_letter_is_written_in_one_way():
    """However it was typed."""
    assert spread("cafe\u0301") == "caf\u00e9"
    assert spread("\uff46\uff55\uff4c\uff4c") == "full"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a", True),
        ("7", True),
        ("é", True),
        ("会", True),
        ("🎉", True),
        ("+++", False),
        ("", False),
    ],
)
def test_some_text_has_nothing_to_search_for(text, found):
    """Signs alone are in no index."""
    assert has_word(text) == found


def test_places_and_nicks_have_words_of_their_own():
    """A nick is the same however it is written; no place is taken for a nick."""
    assert nick_word("Ada") == nick_word("ada") != nick_word("bob")
    assert place_word("ada") != nick_word("ada")
    assert nick_word("") != nick_word("server status")
    assert place_word("A B").isalnum()

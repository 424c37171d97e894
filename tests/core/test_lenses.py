"""The lens that leaves out ignored people."""

from twistedchat.core.events import Emoted, Joined, Recalled, Said, Whispered
from twistedchat.core.lenses import IgnoringLens
from twistedchat.render.json import JSON_LENS
from twistedchat.render.plain import Style, lens_for

PLAIN = lens_for(Style(stamps=False, bell="mention"))
SAID = Said("1", 0.0, "lobby", "bob", "hi", "b")


def test_it_leaves_out_what_ignored_people_say_and_do_in_rooms() -> None:
    """Everything else is seen as through the lens behind it."""
    lens = IgnoringLens(PLAIN, frozenset({"b"}))
    assert lens.render(SAID) == lens.render(Emoted("1", 0.0, "lobby", "bob", "waves", "b")) == b""
    other = Said("1", 0.0, "lobby", "eve", "hi", "e")
    assert lens.render(other) == PLAIN.render(other)
    assert lens.render(Recalled(SAID, dated=True)) == b""
    assert lens.render(Recalled(other)) == PLAIN.render(Recalled(other)) != b""
    for output in (Joined("1", 0.0, "lobby", "bob"), Whispered("1", 0.0, "bob", "ada", "x", "b")):
        assert lens.render(output, True) == PLAIN.render(output, True) != b""


def test_it_has_one_lens_for_the_other_rooms() -> None:
    """Always the same object, since readers are grouped by it."""
    lens = IgnoringLens(PLAIN, frozenset({"b"}))
    elsewhere = lens.for_room(False)
    assert lens.for_room(True) is lens
    assert lens.for_room(False) is elsewhere
    assert elsewhere.render(SAID) == b""
    assert elsewhere.render(Said("1", 0.0, "lobby", "eve", "hi", "e")) == b"#lobby <eve> hi\n"


def test_where_all_rooms_look_alike_it_is_its_own() -> None:
    """Programs see every room through one lens."""
    lens = IgnoringLens(JSON_LENS, frozenset({"b"}))
    assert lens.for_room(False) is lens


def test_what_the_doors_ask_is_what_the_lens_behind_says() -> None:
    """Echo, bell and following."""
    for behind in (PLAIN, JSON_LENS):
        lens = IgnoringLens(behind, frozenset())
        assert (lens.echo, lens.bell, lens.follows) == (behind.echo, behind.bell, behind.follows)

"""What clients take for one name is one name here."""

from hypothesis import given
from hypothesis import strategies as st

from twistedchat.core.names import nick_key, room_key
from twistedchat.protocols.irc.casemapping import fold

names = st.text(st.sampled_from("aAzZ[]{}|\\^_`éÉ09"), min_size=1, max_size=6)


@given(names)
def test_names_that_clients_call_the_same_are_the_same(name: str) -> None:
    """Whatever the case of the ASCII letters in it."""
    for other in (name.upper(), name.lower(), name.swapcase()):
        if fold(other) == fold(name):
            assert nick_key(other) == nick_key(name)
            assert room_key(f"#{other}") == room_key(name)


@given(names, names)
def test_brackets_are_no_capitals(one: str, other: str) -> None:
    """As rfc1459 has it, which is therefore not what is announced."""
    if nick_key(one) is not None and nick_key(one) != nick_key(other):
        assert fold(one) != fold(other)


def test_only_ascii_is_folded() -> None:
    """That is what the announced mapping says."""
    assert fold("#ÄbC[") == "#Äbc["

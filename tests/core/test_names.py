"""Names of people and rooms."""
# ruff: noqa: RUF001 - names that mislead are what this is about

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.core import names
from twistedchat.core.errors import BadNick, BadRoomName
from twistedchat.core.names import (
    RESERVED,
    Name,
    is_reserved,
    nick_key,
    prepare_nick,
    prepare_room,
    room_key,
)

NAMES_OF_ALL_KINDS = [
    *(
        "ada",
        "Ada_Lovelace",
        "[bob]",
        "a{b}",
        "x|away",
        r"back\slash",
        "^_^",
        "___",
        "`tick`",
        "a1",
    ),
    *(
        "a-b.c",
        "Zoë",
        "Ольга",
        "明日香",
        "नमस्ते",
        "שָׁלוֹם",
        "اسم",
        "می\u200cخواهم",
        "ช้าง",
        "Ελένη",
        "🦊",
    ),
]
ANY = st.one_of(
    st.text(st.characters(), max_size=12),
    st.text(st.characters(codec="ascii"), max_size=12),
    st.sampled_from(NAMES_OF_ALL_KINDS),
)


@pytest.mark.parametrize("text", NAMES_OF_ALL_KINDS)
def test_people_of_all_languages_and_irc_people_get_their_names(text: str) -> None:
    """What people call themselves is shown as written."""
    assert prepare_nick(text).shown == unicodedata.normalize("NFKC", text)
    assert prepare_room("#" + text) == prepare_room(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "be empty"),
        *((f"a{c}b", "contain") for c in "#&@+%~!/<>\"',:;*?$="),
        *((f"a{c}b", "white space") for c in " \t\n\r\u00a0\u2003\u3000\u1680\u2028\x85\x1c"),
        ("1ada", 'begin with "1"'),
        ("-ada", 'begin with "-"'),
        (".ada", r'begin with "\."'),
        ("{ada", 'begin with "{"'),
        ("\u0663ada", r"begin with the character U\+0663"),
        ("１ada", 'begin with "1"'),
        ("a＃b", 'contain "#"'),
        ("a\u2217b", r"U\+2217"),  # asterisk operator
        ("a\U0001031fb", r"U\+1031F"),  # a letter like a star
        ("\u2039ada\u203a", r"U\+2039"),  # quotation marks like < >
        ("a\x1b[31mb", r"U\+001B"),
        ("a\x00", r"U\+0000"),
        ("a\u200bb", r"U\+200B"),
        ("a\u200db", r"U\+200D"),
        ("a\u202eb", r"U\+202E"),
        ("a\u00adb", r"U\+00AD"),
        ("a\ufe0f", r"U\+FE0F"),
        ("a\U000e0041", r"U\+E0041"),
        ("\u3164", r"U\+1160"),
        ("\u2800", r"U\+2800"),
        ("a\ue000", r"U\+E000"),
        ("a\U000effff", r"U\+EFFFF"),
        ("a\u0378", r"U\+0378"),
        ("a\ud800", r"U\+D800"),
        ("a\ufffd", r"U\+FFFD"),
        ("\u0301ada", r"begin with a combining mark \(U\+0301\)"),
        ("x\u0301\u0302\u0303\u0304", "more than 3 combining marks"),
        ("אבa", "right to left"),
        ("aאב", "right to left"),
    ],
)
def test_what_cannot_be_a_name_is_told_so(text: str, wrong: str) -> None:
    """The sentence names the trouble and what is allowed, and echoes no control character."""
    with pytest.raises(BadNick, match=f"^A nick cannot .*{wrong}.*use letters, digits") as nick:
        prepare_nick(text)
    assert str(nick.value).isprintable()
    with pytest.raises(BadRoomName, match=f"^A room name cannot .*{wrong}"):
        prepare_room(text)
    assert nick_key(text) is None
    assert room_key(text) is None


@pytest.mark.parametrize("text", ["a" * 33, "é" * 33, "明" * 22, "a" * 100_000, "e\u0301" * 33])
def test_a_long_nick_is_refused_with_what_is_allowed(text: str) -> None:
    """Characters and bytes are counted as the name is shown."""
    with pytest.raises(BadNick, match="at most 32 characters and 64 bytes"):
        prepare_nick(text)


def test_a_name_as_long_as_allowed_is_taken() -> None:
    """The limits are the caller's, up to what can be looked up."""
    assert prepare_nick("e\u0301" * 32).shown == "é" * 32
    assert prepare_nick("a" * 128, 1000, 1000).shown == "a" * 128
    with pytest.raises(BadRoomName, match="at most 64 characters and 100 bytes"):
        prepare_room("#" + "a" * 65)
    assert nick_key("a" * 129) is None
    assert room_key("a" * 129) is None


def test_the_sign_of_a_room_is_optional_and_single() -> None:
    """``#ops`` is ``ops``, also with the sign of a Japanese keyboard."""
    assert prepare_room("#Ops") == Name("Ops", "ops", "ops")
    assert room_key("＃ops") == room_key("OPS") == "ops"
    assert room_key("##ops") is None
    assert nick_key("#ops") is None


@pytest.mark.parametrize(
    ("one", "other"), [("Ada", "ADA"), ("Straße", "STRASSE"), ("ΑΣ", "ας"), ("ﬁsh", "FISH")]
)
def test_names_are_the_same_in_any_case(one: str, other: str) -> None:
    """Names are compared by Unicode's case folding."""
    assert nick_key(one) == nick_key(other) == prepare_nick(one).key


@given(ANY)
def test_a_prepared_name_is_final(text: str) -> None:
    """What is shown can be typed and gives the same name; any other text is refused."""
    try:
        name = prepare_nick(text, reserved=frozenset())
    except BadNick:
        return
    assert prepare_nick(name.shown, reserved=frozenset()) == name
    assert nick_key(text) == nick_key(name.shown) == name.key
    assert nick_key(name.key) in (name.key, None)
    assert prepare_room(text) == name
    assert name.shown.isprintable() or "\u200c" in name.shown or "\u200d" in name.shown


@given(ANY)
def test_looking_a_name_up_never_fails(text: str) -> None:
    """Typed nonsense finds nothing, without an error."""
    room = room_key(text)
    nick = nick_key(text)
    assert nick is None or room == nick


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1))
def test_ascii_takes_the_short_way_to_the_same_answer(text: str) -> None:
    """The short way accepts what the long one accepts, and PRECIS gives the same key."""
    plain = names._PLAIN.fullmatch(text) is not None
    try:
        names._check_characters(text)
    except names._FaultError:
        assert not plain
    else:
        assert plain
        assert names._precis_key(text) == text.casefold()


def test_letters_of_the_short_way_are_only_case_folded_by_precis() -> None:
    """Each letter that skips PRECIS would get the same key from it, alone or beside others."""
    letters = [c for c in map(chr, range(0x80, 0xD800)) if names._PLAIN.fullmatch(c)]
    assert len(letters) > 20_000
    for at in range(0, len(letters), 40):
        text = "".join(letters[at : at + 40])
        assert unicodedata.normalize("NFKC", text) == text
        names._check_characters(text)
        assert names._precis_key(text) == text.casefold()


@pytest.mark.parametrize(
    "text",
    [
        "server",
        "SERVER",
        "s\u0435rver",
        "_System_",
        "[root]",
        "aIl",
        "a1l",
        "y0u",
        "n0b0dy",
        "`you`",
    ],
)
def test_nobody_can_look_like_the_server(text: str) -> None:
    """Reserved words cannot be borrowed, in any case, script or ornament."""
    with pytest.raises(BadNick, match=r"is reserved: choose another one\.$"):
        prepare_nick(text)
    assert is_reserved(prepare_nick(text, reserved=frozenset()))


@pytest.mark.parametrize("text", ["server2", "hereford", "ali", "hi_all", "youssef", "^_^", "ruth"])
def test_words_that_merely_contain_a_reserved_one_are_free(text: str) -> None:
    """Only the word itself is reserved."""
    assert prepare_nick(text).shown == text


def test_the_server_can_reserve_its_own_name() -> None:
    """A host's name is as safe as the words that are always reserved."""
    reserved = RESERVED | {"chat.example.org"}
    with pytest.raises(BadNick, match="reserved"):
        prepare_nick("Chat.Examp1e.org", reserved=reserved)
    assert prepare_nick("chat.example.org").shown == "chat.example.org"

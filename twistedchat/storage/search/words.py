"""What counts as a word, in messages and in queries alike."""

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b

from twistedchat.core.names import nick_key

# Scripts that put no spaces between words, and pictures: each of these is a word of its own.
_ALONE = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U0001f000-\U0001faff\U00020000-\U0003ffff])"
)
# They only say how the character before them is drawn.
_DRAWN = re.compile("[\ufe00-\ufe0f]")
_CATEGORIES = ("L", "N", "M")
_PICTURES = ("So", "Co")
# Few people in few rooms say most of what is said.
_REMEMBERED = 4096


def spread(text: str) -> str:
    """A text with spaces between all of its words."""
    if text.isascii():
        return text
    text = _DRAWN.sub("", unicodedata.normalize("NFKC", text))
    return _ALONE.sub(r" \1 ", text)


def has_word(text: str) -> bool:
    """Whether there is anything in a text that can be searched for."""
    categories = map(unicodedata.category, spread(text))
    return any(one[0] in _CATEGORIES or one in _PICTURES for one in categories)


@lru_cache(_REMEMBERED)
def is_whole(text: str) -> bool:
    """Whether a text is a word of its own, with which no other begins."""
    return _ALONE.fullmatch(text) is not None


def place_word(place: str) -> str:
    """The word that stands for a place."""
    return _short("p", place)


@lru_cache(_REMEMBERED)
def nick_word(nick: str) -> str:
    """The word that stands for a speaker, however the nick is written."""
    return _short("n", nick_key(nick) or nick.casefold())


def _short(letter: str, text: str) -> str:
    # Two that meet in one word do no harm: what is found is looked at once more.
    return letter + blake2b(text.encode("utf-8", "replace"), digest_size=5).hexdigest()

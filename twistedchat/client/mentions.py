"""Whether a line speaks of somebody."""

import re
from collections.abc import Iterable


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in the text by itself, in any case."""
    folded = text.casefold()
    return any(_stands_in(folded, word.casefold()) for word in words if word)


def _stands_in(text: str, word: str) -> bool:
    # \b knows only letters, and a nick may end in "]" or "_".
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None

r"""Lines that were meant as a command with a password and mistyped: nobody else may read them.

Nobody can know all of them. What is held back is a line, said plainly, that

- has blanks or another sign in front of where the slash of such a command belongs
  (`` /login secret``, ``.login secret``, ``\login secret``, on some keyboards ``7login secret``),
  for ``forget``, with which a line may well begin, only if it sticks to it,
- or begins with such a command's name and has one or two words behind it (``login ada secret``).

Whoever means the latter says it once more; the former is never said.
"""

import difflib
import re

SECRET = ("login", "register", "passwd", "oper", "forget")
"""The commands that passwords are typed behind."""

_WORDS = {"identify": "login", **{name: name for name in SECRET}}
_BARE = re.compile(r"(login|register|passwd|oper|identify)((?: +\S+){1,2})\s*", re.IGNORECASE)
_SIGNED = re.compile(
    r"\s*[.,!?;:&\\|7-]?\s*(login|register|passwd|oper|identify)\s+\S", re.IGNORECASE
)
_FORGET = re.compile(r"\s*[.,!?;:&\\|7-]forget(?: +\S+){1,2}\s*", re.IGNORECASE)
_SLASHED = re.compile(r"\s+/+\s*(\w+)\s+\S")
# Nearly every line ends here: none of these letters and signs begins it.
_MAY_BE = frozenset(" \t\u00a0\u3000.,!?;:&\\|7-lLrRpPoOiI")


def slip(line: str) -> str:
    """The command that a line to be said was probably meant as; "" if it is none."""
    if line[:1] not in _MAY_BE:
        return ""
    slashed = _SLASHED.match(line)
    if slashed:
        return meant(slashed[1])
    if _FORGET.fullmatch(line):
        return "forget"
    signed = _BARE.fullmatch(line) if line[:1].isalpha() else _SIGNED.match(line)
    return _WORDS[signed[1].lower()] if signed else ""


def meant(name: str) -> str:
    """The command with a password that a name was probably meant as; "" if it is none."""
    folded = name.lower()
    near = difflib.get_close_matches(folded[:20], SECRET, 1, 0.75)
    begun = next((known for known in SECRET if folded.startswith(known)), "")
    return begun or (near[0] if near else "")

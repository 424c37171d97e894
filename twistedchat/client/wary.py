"""Passwords that were just refused: the next line may be the same once more, typed as talk."""

import difflib

HELD_BACK = (
    "That was not said: it may be the password that was just refused, once more. /login, /register"
    " and /passwd ask for it; if you meant to say it, send the same again."
)
#: As many passwords that were refused are remembered.
KEPT = 5
#: From how many characters on a part of a password gives it away.
PART = 4
#: How much of two texts is the same if one is the other, mistyped.
LIKENESS = 0.7


class Wary:
    """Holds back a line that may be a password: the first one after it, and all that resemble it.

    From when a password is sent until the server has taken it, the next line may well be the
    password again, even another one.
    """

    def __init__(self) -> None:
        self._passwords: list[str] = []
        self._next = False
        self._held = ""

    def sent(self, *passwords: str) -> None:
        """These are under way, or were of no use."""
        self._next = True
        self._passwords = [*self._passwords, *filter(None, passwords)][-KEPT:]

    def taken(self) -> None:
        """The server has accepted what was sent."""
        self._passwords, self._next, self._held = [], False, ""

    def suspects(self, text: str) -> bool:
        """Whether a line would be held back."""
        suspicious = self._next or any(_resembles(text, one) for one in self._passwords)
        return suspicious and text != self._held

    def holds_back(self, text: str) -> bool:
        """Whether a line is not to be said now; the same one again is."""
        suspected = self.suspects(text)
        self._next = False
        if suspected:
            self._held = text
        return suspected


def _resembles(text: str, password: str) -> bool:
    one, other = text.strip().casefold(), password.strip().casefold()
    if min(len(one), len(other)) >= PART and (one in other or other in one):
        return True
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= LIKENESS

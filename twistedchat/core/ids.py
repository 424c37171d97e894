"""Message ids: ULIDs that never go back.

An id is 26 characters of Crockford base 32 (https://github.com/ulid/spec): ten for the
milliseconds, five that count within one millisecond, eleven drawn at the start. Compared as plain
ASCII, ids stand in the order in which they were given, also when the machine's clock is set back.
"""

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(a + b for a in _DIGITS for b in _DIGITS)
_COUNTS = len(_DIGITS) ** 5
_TIME_CHARS, _COUNT_CHARS, _TAIL_CHARS = 10, 5, 11
LENGTH = _TIME_CHARS + _COUNT_CHARS + _TAIL_CHARS


def encode(number: int, length: int) -> str:
    """Write a number in Crockford base 32, with leading zeros, to ``length`` characters."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def first_at(at: float) -> str:
    """What sorts before every id that is given from a time on, in seconds since 1970."""
    return encode(max(0, int(at * 1000)), _TIME_CHARS)


def time_of(id_: str) -> float:
    """When an id was given, in seconds since 1970, to the millisecond."""
    milliseconds = 0
    for character in id_[:_TIME_CHARS]:
        milliseconds = milliseconds * 32 + _DIGITS.index(character)
    return milliseconds / 1000


def is_id(text: object) -> bool:
    """Whether a text from outside has the shape of an id."""
    return isinstance(text, str) and len(text) == LENGTH and all(c in _DIGITS for c in text)


class Ids:
    """Gives ids and the times that go with them, both ever growing.

    Args:
        seed: a random number of at least 55 bits; it tells two servers apart.
        after: the last id that was given before a restart, or "".
    """

    def __init__(self, seed: int, after: str = "") -> None:
        self._tail = encode(seed, _TAIL_CHARS)
        first = round(time_of(after) * 1000) + 1 if after else 0
        self._at = first / 1000
        self._next_millisecond(first)
        self._count = -1

    def next(self, now: float) -> tuple[str, float]:
        """Give the next id, and its time: ``now``, or the last one's when the clock went back."""
        self._at = at = max(now, self._at)
        millisecond = int(at * 1000)
        self._count += 1
        if millisecond > self._millisecond:
            self._next_millisecond(millisecond)
        elif self._count == _COUNTS:
            self._next_millisecond(self._millisecond + 1)
        count = self._count
        if count < 1024:
            return f"{self._prefix}000{_PAIRS[count]}{self._tail}", at
        return f"{self._prefix}{encode(count, _COUNT_CHARS)}{self._tail}", at

    def _next_millisecond(self, millisecond: int) -> None:
        self._millisecond = millisecond
        self._prefix = encode(millisecond, _TIME_CHARS)
        self._count = 0

"""Names that could be taken for each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from twistedchat.core.skeletons import looks


@dataclass(frozen=True, slots=True)
class Name:
    """A nick or the name of a room (without its ``#``).

    Attributes:
        shown: as it was written, normalised.
        key: the form in which names are compared and looked up.
        skeleton: what it looks like, capitals or not; for exact answers ask ``looks_alike``.
    """

    shown: str
    key: str
    skeleton: str


def looks_alike(one: Name, other: Name) -> bool:
    """Tell whether two different names could be taken for each other.

    Between two ASCII names only I/l/1 and O/0 count as the same; otherwise all that UTS 39 calls
    confusable does. Either name may be imagined in lower case, capitalised or in capitals, since
    names are the same whatever their case.
    """
    if one.key == other.key:
        return False
    filed, _ = looks(one.shown, one.key)
    _, asked = looks(other.shown, other.key)
    return not filed.isdisjoint(asked)


class LookIndex:
    """Names by what they look like: finds a look-alike at once, however many names there are."""

    def __init__(self) -> None:
        self._names: dict[str, Name] = {}
        # Hardly ever do two names look like each other: one alone needs no dict.
        self._filed: dict[str, Name | dict[str, Name]] = {}

    def __len__(self) -> int:
        return len(self._names)

    def add(self, name: Name) -> None:
        """File a name, in place of one with the same key."""
        self.discard(name)
        self._names[name.key] = name
        for look in looks(name.shown, name.key)[0]:
            self._file(look, name)

    def discard(self, name: Name) -> None:
        """Forget the name with this key, if it is there."""
        old = self._names.pop(name.key, None)
        if old is not None:
            for look in looks(old.shown, old.key)[0]:
                self._unfile(look, old)

    def find(self, name: Name, apart_from: Name | None = None) -> Name | None:
        """Return another name that looks like this one; the name itself is none.

        Args:
            name: the name somebody would like to have.
            apart_from: a name that does not count: the one they would give up for it.
        """
        ignored = {name.key, apart_from.key if apart_from else name.key}
        asked = looks(name.shown, name.key)[1]
        found = chain.from_iterable(map(self._filed_under, asked))
        return next((other for other in found if other.key not in ignored), None)

    def _filed_under(self, look: str) -> Iterable[Name]:
        alike = self._filed.get(look)
        if alike is None:
            return ()
        return alike.values() if isinstance(alike, dict) else (alike,)

    def _file(self, look: str, name: Name) -> None:
        alike = self._filed.setdefault(look, name)
        if isinstance(alike, dict):
            alike[name.key] = name
        elif alike is not name:
            self._filed[look] = {alike.key: alike, name.key: name}

    def _unfile(self, look: str, name: Name) -> None:
        alike = self._filed[look]
        if isinstance(alike, dict):
            del alike[name.key]
        if not alike or not isinstance(alike, dict):
            del self._filed[look]

r"""Which names are the same, as far as a client of IRC can know.

Here names are prepared and compared by PRECIS (``core.names``): the full case folding of Unicode
over NFKC. Clients know three mappings: ``ascii``, ``rfc1459`` and ``rfc1459-strict``. What is
announced is ``ascii``, as other servers with names in UTF-8 do:

- it is never wrong about two names that it calls the same: what is the same in ASCII is so here;
- ``rfc1459`` would be wrong, because ``[`` and ``{``, ``|`` and ``\`` are different letters here;
- a client takes a word that it does not know for ``rfc1459``, so ``precis`` would be wrong too.

What a client can't know is that ``Ä`` and ``ä`` are one: to it they would be two people. It never
hears of two, because the server writes a name always as its owner does.
"""

from typing import Final

CASEMAPPING: Final = "ascii"
"""The value of the ISUPPORT token of this name."""

_FOLD = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})


def fold(name: str) -> str:
    """A name as clients compare it; equal names here have one key in ``core.names`` too."""
    return name.translate(_FOLD)

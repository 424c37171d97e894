"""Colours for terminals (ECMA-48 SGR), one per nick."""

from zlib import crc32

RESET = "\x1b[0m"

# Readable on the background the theme is named for; red is left to warnings.
_PALETTES = {
    "dark": (92, 93, 94, 95, 96, 32, 33, 35, 36),
    "light": (32, 34, 35, 36, 94, 95),
}
THEMES = ("none", *_PALETTES)


def paint_nick(nick: str, theme: str) -> str:
    """The nick in its colour: the same for everybody, whatever its case."""
    palette = _PALETTES.get(theme)
    if palette is None:
        return nick
    return f"\x1b[{palette[crc32(nick.casefold().encode()) % len(palette)]}m{nick}{RESET}"


def dim(text: str, theme: str) -> str:
    """A text that matters less, such as a time."""
    return f"\x1b[2m{text}{RESET}" if theme in _PALETTES else text

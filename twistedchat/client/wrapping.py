"""Long lines -> several that fit, broken between words.

12:01 <bob> a text that is too long for
      the window goes on under the nick

| 12:01 <bob> a text that was asked for goes on behind its bar,
|       and under the nick, too

Every line but the first begins with blanks, so nothing that is said can stand where a line begins
and look like somebody else's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from wcwidth import wcwidth

from twistedchat.client.display import Line

#: How far lines are indented that do not begin with a time.
INDENT = 4

#: Windows narrower than this are left to themselves.
NARROWEST = 12

# A long address is left to the terminal to fold, so that it can be copied and clicked. Without
# blanks, stars and angle brackets it cannot look like the beginning of a line.
_ADDRESS = re.compile(r"\(?https?://[\w.~:/?#\[\]@!$&'()+,;=%-]+", re.ASCII)

_JOINER, _AS_PICTURE = "\u200d", "\ufe0f"


@dataclass(slots=True)
class _Cell:
    """A character with what is drawn upon it."""

    style: str
    text: str
    width: int


_Word: TypeAlias = list[_Cell]


@dataclass(slots=True)
class _Rows:
    """The lines that come out."""

    width: int
    indent: int
    rows: list[list[_Cell]] = field(default_factory=lambda: [[]])
    used: int = 0

    def add(self, word: _Word) -> None:
        """Put a word behind what is there, or into the next line."""
        length = _width(_without_blanks(word))
        if length <= self.width - self.indent:
            if self.used + length > self.width:
                self.feed()
            self._put(word)
        elif _ADDRESS.fullmatch(_text(_without_blanks(word))):
            self._put(word)
            # Nothing may follow where the terminal has begun a line by itself.
            self.used = self.width
        else:
            self._cut(word)

    def feed(self) -> None:
        """Begin another line."""
        self.rows[-1] = _without_blanks(self.rows[-1])
        self.rows.append([_Cell("", " " * self.indent, self.indent)])
        self.used = self.indent

    def _put(self, word: _Word) -> None:
        self.rows[-1] += word
        self.used += _width(word)

    def _cut(self, word: _Word) -> None:
        for cell in word:
            if self.used + cell.width > self.width:
                self.feed()
            self._put([cell])


def wrapped(line: Line, width: int) -> list[Line]:
    """The lines that a line becomes in a window of so many columns."""
    if line and line[0][0] == "class:quote":
        (style, sign), *rest = line
        first, *others = _folded(rest, width - len(sign))
        bar = (style, "| ".rjust(len(sign)))
        return [[line[0], *first], *([bar, *row] for row in others)]
    return _folded(line, width)


def _folded(line: Line, width: int) -> list[Line]:
    cells = list(_cells(line))
    if width < NARROWEST or _width(cells) <= width:
        return [line]
    stamp = line[0][1] if line[0][0] == "class:time" else ""
    rows = _Rows(width, min(len(stamp) or INDENT, width // 3))
    for word in _words(cells):
        rows.add(word)
    rows.rows[-1] = _without_blanks(rows.rows[-1])
    return [_joined(row) for row in rows.rows]


def _cells(line: Line) -> Iterator[_Cell]:
    cell: _Cell | None = None
    for style, text in line:
        for character in text:
            width = max(0, wcwidth(character))
            if cell is not None and (not width or cell.text.endswith(_JOINER)):
                _join(cell, character, width)
                continue
            if cell is not None:
                yield cell
            cell = _Cell(style, character, width)
    if cell is not None:
        yield cell


def _join(cell: _Cell, character: str, width: int) -> None:
    # Rather too wide than too narrow: not every terminal draws joined pictures as one.
    cell.text += character
    cell.width += width + (character == _AS_PICTURE and cell.width == 1)


def _words(cells: list[_Cell]) -> Iterator[_Word]:
    """Words with the blanks behind them; wide characters are words of their own."""
    word: _Word = []
    for cell in cells:
        behind_blank = word and word[-1].text == " " and cell.text != " "
        wide = cell.width > 1 or (word and word[-1].width > 1)
        if word and (behind_blank or (wide and cell.text != " ")):
            yield word
            word = []
        word.append(cell)
    yield word


def _without_blanks(cells: list[_Cell]) -> list[_Cell]:
    end = len(cells)
    while end and cells[end - 1].text == " ":
        end -= 1
    return cells[:end]


def _width(cells: list[_Cell]) -> int:
    return sum(cell.width for cell in cells)


def _text(cells: list[_Cell]) -> str:
    return "".join(cell.text for cell in cells)


def _joined(cells: list[_Cell]) -> Line:
    line: Line = []
    for cell in cells:
        if line and line[-1][0] == cell.style:
            line[-1] = (cell.style, line[-1][1] + cell.text)
        else:
            line.append((cell.style, cell.text))
    return line

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from twistedchat.client.board import MOST_HELD, Board
from twistedchat.client.display import Display, plain
from twistedchat.client.items import Draft, Happened, Remark, Settled, Tone
from twistedchat.client.settings import Settings
from twistedchat.core import events

NOON = 1795435200.0  # 2026-11-23T12:00:00Z


class Surface:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.rings = 0
        self.calls: list[Callable[[], None]] = []

    def write(self, lines: list[Any]) -> None:
        self.lines += [text for text in map(plain, lines) if not text.startswith("---")]

    def ring(self) -> None:
        self.rings += 1

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        assert 0 < seconds < 1
        self.calls.append(call)


@pytest.fixture
def surface() -> Surface:
    return Surface()


@pytest.fixture
def board(surface: Surface) -> Board:
    return Board(surface, Display(Settings, lambda: "ada", UTC))


def joined(nick: str, **marks: Any) -> Happened:
    return Happened(events.Joined("1", NOON, "ops", nick), {}, **marks)


def test_many_who_come_in_a_row_are_gathered(board: Board, surface: Surface) -> None:
    """In one line, after a moment; then the next ones are gathered anew."""
    for number in range(10):
        board.show([joined(f"eve{number}")])
    assert surface.lines == []
    [call] = surface.calls
    call()
    assert surface.lines == ["*** eve0, eve1 and 8 others joined #ops."]
    board.show([joined("bob")])
    assert len(surface.calls) == 2
    surface.calls[1]()
    assert surface.lines[-1] == "*** bob joined #ops."


def test_nobody_speaks_before_having_come(board: Board, surface: Surface) -> None:
    """Whatever else is shown lets them go first; what is not shown does not."""
    said = Happened(events.Said("2", NOON, "ops", "bob", "hi ada"), {}, mention=True)
    board.show([joined("bob"), Settled(Draft("x", {}))])
    assert surface.lines == []
    board.show([said])
    assert surface.lines == ["*** bob joined #ops.", "12:00 <bob> hi ada"]
    assert surface.rings == 1
    board.show([joined("eve")])
    board.tell("Careful.", Tone.ERROR)
    assert surface.lines[2:] == ["*** eve joined #ops.", "*** Careful."]


def test_those_who_only_pass_are_not_told(board: Board, surface: Surface) -> None:
    """They came and went within the moment."""
    board.show([joined("bob"), Happened(events.Left("2", NOON, "bob"), {})])
    board.release()
    assert surface.lines == []


def test_ones_own_acts_are_shown_at_once(board: Board, surface: Surface) -> None:
    """Of another device; of this one they are told by their answer."""
    board.show([joined("ada", own=True), replace(joined("ada", own=True), told=True)])
    assert surface.lines == ["*** ada joined #ops."]


def test_a_flood_does_not_grow_without_end(board: Board, surface: Surface) -> None:
    """So many are shown without waiting."""
    board.show([joined(f"eve{number}") for number in range(MOST_HELD)])
    assert surface.lines == [f"*** eve0, eve1 and {MOST_HELD - 2} others joined #ops."]


def test_the_list_of_commands_is_the_servers_and_the_clients(
    board: Board, surface: Surface
) -> None:
    """What means nothing here is left out; the client's own follow the server's answer."""
    for text in ("comfort: /telnet  /bell", "odd: /telnet"):
        board.show([Remark(text, Tone.SERVER, {"type": "notice", "code": "help", "text": text})])
    assert surface.lines == ["*** comfort: /bell"]
    board.show([Settled(Draft("/help", {"type": "command"}))])
    assert surface.lines[1] == "*** This client itself knows:"
    assert any("/reconnect" in line for line in surface.lines)
    shown = len(surface.lines)
    board.show([Settled(Draft("/help who", {"type": "command"}))])
    assert len(surface.lines) == shown

"""docs/irc.md lists what there is, with tests that there are."""

import re
from pathlib import Path

import pytest

import twistedchat.protocols.irc as package
from twistedchat.protocols.irc import door, numerics, refusals
from twistedchat.protocols.irc.command import COMMANDS
from twistedchat.protocols.irc.modes import ROOM_MODES, USER_MODES
from twistedchat.protocols.irc.registration import OFFERED, WITH_ACCOUNTS

HERE = Path(__file__).parent
DOCUMENT = (HERE.parents[2] / "docs/irc.md").read_text("utf-8")
MODULES = Path(package.__path__[0])


def rows(heading):
    """The rows of the table under a heading, as cells."""
    section = DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = re.findall(r"^\| (.*) \|$", section, re.MULTILINE)[2:]
    return [line.split(" | ") for line in lines]


def first_cells(heading):
    return {row[0].strip("`") for row in rows(heading)}


def sent():
    """The numerics that the door sends, by number."""
    source = "".join(
        path.read_text("utf-8") for path in MODULES.glob("*.py") if path.stem != "numerics"
    )
    named = {n.code for name, n in numerics.NUMERICS.items() if re.search(rf"\b{name}\b", source)}
    refused = set(re.findall(r'"(4\d\d)"', Path(refusals.__file__).read_text("utf-8")))
    return named | refused | {"005", "354"}


def test_all_commands_are_there():
    """And no others; two are answered before any command is looked up."""
    assert door.IrcFactory
    assert first_cells("Commands") == COMMANDS.keys() | {"PING", "PONG"}


def test_all_capabilities_are_there():
    """Those that are offered."""
    assert first_cells("Capabilities") == {*OFFERED, *WITH_ACCOUNTS, "sasl"}


def test_all_modes_are_there():
    """Of rooms with their kinds, and of people."""
    assert {row[0].strip("`"): row[1] for row in rows("Modes of rooms")} == {
        letter: mode.kind.value for letter, mode in ROOM_MODES.items()
    }
    assert first_cells("Modes of people") == USER_MODES.keys()


def test_all_numerics_are_there():
    """Those that are sent, by their names."""
    names = {numeric.code: name for name, numeric in numerics.NUMERICS.items()}
    names |= {"005": "RPL_ISUPPORT", "354": "RPL_WHOSPCRPL"}
    assert {row[0]: row[1].strip("`") for row in rows("Numerics")} == {
        code: names[code] for code in sent()
    }


@pytest.mark.parametrize("row", rows("Numerics"), ids=lambda row: row[0])
def test_a_numeric_is_in_the_tests_that_are_named(row):
    """One at least of them expects it."""
    files = re.findall(r"`(test_\w+\.py)`", row[-1])
    assert files
    assert any(row[0] in (HERE / file).read_text("utf-8") for file in files)


def test_the_tests_that_are_named_are_there():
    """All in this directory."""
    for name in set(re.findall(r"`(test_\w+\.py)`", DOCUMENT)):
        assert (HERE / name).exists(), name

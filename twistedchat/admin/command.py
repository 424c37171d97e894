"""What a subcommand of ``twistedchat-admin`` is."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from twistedchat.storage.files import DataFiles

DATA = "./twistedchat-data"

Ask: TypeAlias = Callable[[str], str]
Act: TypeAlias = Callable[[Namespace, Ask], str]
Declare: TypeAlias = Callable[[ArgumentParser], None]


class Refused(Exception):
    """It was not done; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand.

    Attributes:
        name: as it is typed.
        help: what it does, in half a line.
        act: does it; what it gives is printed.
        more: what else there is to know.
        declare: tells the parser its arguments.
        data: whether it works on a data directory.
    """

    name: str
    help: str
    act: Act
    more: str = ""
    declare: Declare = lambda _: None
    data: bool = True


def files_of(given: Namespace) -> DataFiles:
    """The data directory that was given."""
    directory: Path = given.data
    return DataFiles(directory)

"""The data directory before the server has it: made, tried, and given to who is going to serve."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twisted.python.util import initgroups

from twistedchat.config import Config, ConfigError


def make_data_directory(config: Config) -> None:
    """Make the directory for what must last, unless it is there, and see that it can be written.

    Raises:
        ConfigError: it cannot be made or written.
    """
    if config.data == "memory":
        return
    directory = Path(config.data)
    try:
        if not directory.exists():
            directory.mkdir(mode=0o700, parents=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise ConfigError(
            f"data {config.data!r} cannot be used: {error.strerror}. "
            "Choose a directory that this user may write to, or memory."
        ) from None


def hand_over(config: Config, owner: tuple[int, int] | None) -> None:
    """Give the data directory to the user and group as whom the server is going to run.

    Raises:
        ConfigError: that is not allowed, or they could do nothing with it.
    """
    if owner is None or config.data == "memory":
        return
    directory = Path(config.data)
    try:
        for path in (directory, *directory.iterdir()):
            # Whoever owns the directory may have put a link to somebody else's file into it.
            os.chown(path, *owner, follow_symlinks=False)
    except OSError as error:
        raise ConfigError(
            f"data {config.data!r} cannot be given to user {owner[0]}: {error.strerror}. "
            "Start as root, or without --uid."
        ) from None
    try:
        with _as_if(*owner), tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise ConfigError(
            f"data {config.data!r} cannot be used by user {owner[0]}: {error.strerror}. "
            "Choose a directory that they can reach, such as one in /var/lib."
        ) from None


@contextmanager
def _as_if(uid: int, gid: int) -> Iterator[None]:
    """Be somebody else for a moment, if this is root."""
    if os.geteuid() != 0:
        yield
        return
    mine, groups = os.getegid(), os.getgroups()
    try:
        initgroups(uid, gid)
        os.setegid(gid)
        os.seteuid(uid)
        yield
    finally:
        os.seteuid(0)
        os.setegid(mine)
        os.setgroups(groups)

"""Why there is no conversation: one sentence for the person, one exit code for a script."""

from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """What the program's exit code says."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NO_CONNECTION = 3
    NOT_TLS = 4
    UNTRUSTED = 5
    WRONG_HOST = 6
    EXPIRED = 7
    CHANGED = 8
    INTERRUPTED = 130
    TERMINATED = 143


@dataclass(frozen=True, slots=True)
class Refusal:
    """A connection that must not be used, and would be no better the next time.

    Attributes:
        exit: the program's exit code.
        text: what happened and what to do, in one line.
        fingerprint: set when the person may decide to trust the certificate.
    """

    exit: Exit
    text: str
    fingerprint: str = ""

"""The fingerprints of servers trusted once: one line each, like ssh's known_hosts.

chat.example.org:5000 AB:CD:...
"""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KnownServers:
    """A file of trusted fingerprints, private to its owner."""

    path: Path

    def find(self, place: str) -> str:
        """The fingerprint remembered for a server, or an empty text."""
        return self._read().get(place, "")

    def remember(self, place: str, fingerprint: str) -> str:
        """Keep a fingerprint; a sentence on where, or on why it could not be kept."""
        try:
            self._write({**self._read(), place: fingerprint})
        except OSError as error:
            return f"It cannot be kept in {self.path} ({error.strerror}): trusted for this time."
        return f"Its fingerprint is kept in {self.path}."

    def forget(self, place: str) -> bool:
        """Trust a server no more; False if it was not known."""
        entries = self._read()
        if entries.pop(place, None) is None:
            return False
        self._write(entries)
        return True

    def _read(self) -> dict[str, str]:
        try:
            lines = self.path.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return {}
        pairs = [line.split() for line in lines if not line.startswith("#")]
        return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}

    def _write(self, entries: dict[str, str]) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A crash in the middle must leave the old file: losing it would mean trusting anew.
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(f"{place} {shown}\n" for place, shown in entries.items())
        fresh.replace(self.path)

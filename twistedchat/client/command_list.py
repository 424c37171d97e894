"""The server's list of commands, without those that mean nothing in this client."""

from typing import Any

from twistedchat.client.entries import LOCAL

#: Telnet clients need it; and what the client treats itself stands in its own list.
LEFT_OUT = frozenset({"telnet", *LOCAL})


def shortened(notice: dict[str, Any]) -> str | None:
    """What is left of a notice of the server's; None if nothing is.

    A line of the list reads ``family: /one ARGUMENT  /two``. Anything else stays as it is.
    """
    text = str(notice.get("text", ""))
    family, colon, listed = text.partition(": ")
    usages = listed.split("  ")
    if notice.get("code") != "help" or not all(usage.startswith("/") for usage in usages):
        return text
    left = [usage for usage in usages if usage[1:].partition(" ")[0] not in LEFT_OUT]
    return f"{family}{colon}{'  '.join(left)}" if left else None

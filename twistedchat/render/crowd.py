"""Many who came and went, in few words."""

from collections.abc import Iterable

from twistedchat.core.events import Coming, Crowd, Joined, Left, Parted
from twistedchat.render.sentences import sentence

NAMED = 2
FEW = 3


def sentences(crowd: Crowd) -> Iterable[str]:
    """Who came to each room and who went, without those who did both.

    Few are named one by one; of more, two are named and the others counted.
    """
    came, went = _sorted_out(crowd.events)
    for room, joined in came.items():
        yield from _told(joined, f"joined #{room}.")
    for where, gone in went.items():
        yield from _told(gone, where)


_Groups = dict[str, list[Coming]]


def _sorted_out(events: tuple[Coming, ...]) -> tuple[_Groups, _Groups]:
    """Those who came, by room, and those who went, by how that is said."""
    came: dict[str, dict[str, Coming]] = {}
    went: _Groups = {}
    for event in events:
        if isinstance(event, Joined):
            came.setdefault(event.nick, {})[event.room] = event
        elif not _was_passing(came.get(event.nick, {}), event):
            where = f"left #{event.room}." if isinstance(event, Parted) else "have gone."
            went.setdefault(where, []).append(event)
    joined: _Groups = {}
    for rooms in came.values():
        for room, event in rooms.items():
            joined.setdefault(room, []).append(event)
    return joined, went


def _was_passing(rooms: dict[str, Coming], event: Parted | Left) -> bool:
    """Whether somebody who goes came in the same crowd; then nothing is said of either."""
    if isinstance(event, Parted):
        return rooms.pop(event.room, None) is not None
    passing = bool(rooms)
    rooms.clear()
    return passing


def _told(events: list[Coming], what: str) -> Iterable[str]:
    if len(events) <= FEW:
        yield from map(sentence, events)
        return
    named = ", ".join(event.nick for event in events[:NAMED])
    yield f"{named} and {len(events) - NAMED} others {what}"

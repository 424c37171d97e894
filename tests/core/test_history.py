"""The ring of a room's messages, and the pages cut from it: compared with a plain list."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from twistedchat.core.events import Said
from twistedchat.core.history import FAIR_BYTES, History


def said(number: int) -> Said:
    return Said(f"{number:026}", float(number), "lobby", "ada", str(number))


def numbers(events: tuple) -> list[int]:
    return [int(event.text) for event in events]


def filled(size: int, count: int, since: int = 0) -> History:
    """A history of messages 2, 4, 6, ..., with gaps to ask for."""
    history = History(size, said(since).id)
    for number in range(1, count + 1):
        history.append(said(2 * number))
    return history


sizes, counts = st.integers(0, 8), st.integers(0, 12)
asked, limits = st.integers(0, 26), st.integers(1, 9)


@settings(deadline=None)
@given(sizes, counts)
def test_the_newest_are_kept(size: int, count: int) -> None:
    """Oldest go first; latest is the newest kept, end the newest of all."""
    history = filled(size, count)
    kept = [2 * n for n in range(1, count + 1)][max(0, count - size) :]
    assert numbers(tuple(history)) == kept
    assert len(history) == len(kept)
    assert history.latest == (said(kept[-1]).id if kept else None)
    assert history.end == said(2 * count).id


@settings(deadline=None)
@given(sizes, counts, limits)
def test_newest(size: int, count: int, limit: int) -> None:
    """The last so many; complete when the first of them is the oldest kept."""
    history = filled(size, count)
    page = history.newest(limit)
    kept = numbers(tuple(history))
    assert numbers(page.events) == kept[max(0, len(kept) - limit) :]
    assert page.complete == (limit >= len(kept))


@settings(deadline=None)
@given(sizes, counts, asked, limits)
def test_before(size: int, count: int, before: int, limit: int) -> None:
    """The last so many older than an id, which need not exist."""
    history = filled(size, count)
    older = [n for n in numbers(tuple(history)) if n < before]
    page = history.before(said(before).id, limit)
    assert numbers(page.events) == older[max(0, len(older) - limit) :]
    assert page.complete == (limit >= len(older))


@settings(deadline=None)
@given(sizes, counts, asked, limits)
def test_after(size: int, count: int, after: int, limit: int) -> None:
    """The first so many newer than an id; complete unless something between was dropped."""
    history = filled(size, count)
    kept = numbers(tuple(history))
    page = history.after(said(after).id, limit)
    assert numbers(page.events) == [n for n in kept if n > after][:limit]
    dropped = [n for n in range(2, 2 * count + 1, 2) if n not in kept]
    assert page.complete == (not any(n > after for n in dropped))


@settings(deadline=None)
@given(sizes, counts, asked, limits)
def test_pages_after_one_another_give_everything_once(
    size: int, count: int, after: int, limit: int
) -> None:
    """A program that goes on after the last id it got misses nothing and sees nothing twice."""
    history = filled(size, count)
    got: list[int] = []
    last = said(after).id
    while events := history.after(last, limit).events:
        got += numbers(events)
        last = events[-1].id
    assert got == [n for n in numbers(tuple(history)) if n > after]


def test_a_history_that_began_later_reaches_back_no_further() -> None:
    """What was said before the server started is not known to be nothing."""
    history = filled(5, 0, since=10)
    assert history.after(said(10).id, 5).complete
    assert not history.after(said(9).id, 5).complete
    assert history.end == history.reach == said(10).id


texts = st.text(st.sampled_from("a\u00e9\U0001f600"), max_size=3 * FAIR_BYTES)


@settings(deadline=None)
@given(st.integers(0, 4), st.lists(texts, max_size=12))
def test_long_messages_drop_old_ones_sooner(size: int, said_: list[str]) -> None:
    """The newest stay that have so many bytes together; at least one, and no gap is hidden."""
    history = History(size, said(0).id)
    for number, text in enumerate(said_, 1):
        history.append(replace(said(number), text=text))
    kept, weight = [], 0
    for number, text in reversed(list(enumerate(said_, 1))[-size:] if size else []):
        weight += len(text.encode())
        if kept and weight > size * FAIR_BYTES:
            break
        kept.append(number)
    assert [int(one.id) for one in history] == kept[::-1]
    assert history.end == said(len(said_)).id
    oldest = kept[-1] if kept else len(said_) + 1
    for after in range(len(said_) + 1):
        assert history.after(said(after).id, 99).complete == (after >= oldest - 1)


def test_a_room_of_the_longest_messages_is_bounded_in_bytes() -> None:
    """Five hundred times two thousand emoji would be four megabytes."""
    history = History(500)
    for number in range(500):
        history.append(replace(said(number), text="\U0001f600" * 2000))
    assert sum(len(one.text.encode()) for one in history) <= 500 * FAIR_BYTES
    assert len(history) == 500 * FAIR_BYTES // 8000


def test_a_room_may_keep_less() -> None:
    """In number and in time; what is gone is a gap."""
    history = History(9)
    history.trim(1, 1e9)
    for number in range(1, 7):
        history.append(said(number))
    history.trim(0, float("-inf"))
    assert len(history) == 6
    history.trim(4, float("-inf"))
    assert [int(one.id) for one in history] == [3, 4, 5, 6]
    history.trim(0, said(5).at)
    assert [int(one.id) for one in history] == [5, 6]
    assert history.after(said(4).id, 9).complete
    assert not history.after(said(3).id, 9).complete


@settings(deadline=None)
@given(sizes, counts, st.sets(asked))
def test_what_is_taken_back_is_not_missed(size: int, count: int, gone: set[int]) -> None:
    """The rest is as it was, with room for more, and no page says that something is missing."""
    history, whole = filled(size, count), filled(size, count)
    history.remove({said(number).id for number in gone})
    kept = [number for number in numbers(tuple(whole)) if number not in gone]
    assert numbers(tuple(history)) == kept
    assert history.newest(99).events == tuple(history)
    for number in range(2 * count + 1):
        id_ = said(number).id
        assert history.after(id_, 99).complete == whole.after(id_, 99).complete


def test_what_is_taken_back_makes_room() -> None:
    """In bytes as well as in number."""
    history = History(2)
    big = replace(said(1), text="x" * FAIR_BYTES * 2)
    history.append(big)
    history.remove([big.id])
    history.append(said(2))
    history.append(said(3))
    assert numbers(tuple(history)) == [2, 3]


@settings(deadline=None)
@given(sizes, counts, counts)
def test_older_messages_can_be_put_before_it(size: int, old: int, new: int) -> None:
    """As if they had been there all the time; of too many the oldest are dropped."""
    history, whole = History(size, said(old).id), History(size)
    for number in range(1, old + new + 1):
        whole.append(said(number))
        if number > old:
            history.append(said(number))
    if history.reach == said(old).id:
        history.prepend([said(number) for number in range(1, old + 1)], "")
        assert numbers(tuple(history)) == numbers(tuple(whole))
        assert history.reach == whole.reach

"""How far people have read: what was handed to whom, and what they have missed when they come back.

A position is an id: what was said in a place up to there has been read, by an account on one of its
devices. Turns are released in their order, so one id says what every session has been handed that
listens: nothing is noted for each reader as it goes along. A position is noted when a session
begins to listen, when it stops, and when its reader falls behind. In between it *follows*: its row
says so, and one mark for all of them tells up to where turns were released. At the start after a
server that was killed, rows that follow have come as far as the mark.

A row is never ahead of what was handed over. It may be a batch behind when the server is killed:
then somebody reads a line twice, and nobody misses one.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from twistedchat.core.ports import Clock, Store
from twistedchat.core.progress import Progress
from twistedchat.core.reading import BOX, Device, Reading
from twistedchat.core.records import Change, DropRead, Mark, NotStored, ReadRecord
from twistedchat.core.users import Session

# The mark waits so long for a batch that takes it along.
MARK_SECONDS = 0.05
DEVICES_REMEMBERED = 10_000
DEVICES_MOST = 20
PLACES_MOST = 1000


class Missed(NamedTuple):
    """What a session has not been shown yet of a place that it listens to.

    Attributes:
        after: id up to which its account has read there; "" if it never has, or is none.
        before: what is newer than this id is heard as it is said, or has been.
    """

    after: str
    before: str


class Reads:
    """Keeps the positions of those who are here, and has them stored.

    Args:
        progress: how far turns have been applied and released.
        store: where positions are kept; None if they end with the server.
        clock: for what is written late.

    Attributes:
        kept: id of the last intent of which something is stored.
    """

    def __init__(self, progress: Progress, store: Store | None, clock: Clock) -> None:
        self.progress = progress
        self.kept = ""
        self._store = store
        self._clock = clock
        self._marked = ""
        self._devices: OrderedDict[tuple[str, str], Device] = OrderedDict()
        # Those of whom something is to be noted when the next turn is out.
        self._moved: dict[Reading, None] = {}
        self._rows: list[Change] = []
        self._followed = 0
        self._scheduled = False
        progress.on_release = self._turn_out

    # Who reads

    async def load(self, account: str, device: str) -> Reading:
        """What an account has read on a device, for a session that is about to be its owner's."""
        wanted = (account, device), (account, "")
        if self._store is not None and not all(key in self._devices for key in wanted):
            rows, unused = await self._store.positions_on(account, device, DEVICES_MOST)
            self._remember(account, device, rows)
            idle = (one for one in unused if not self._is_used(account, one))
            self._rows += [DropRead(account, one) for one in idle]
        return Reading(self, self._device(account, device), self._device(account, ""))

    def _is_used(self, account: str, name: str) -> bool:
        device = self._devices.get((account, name))
        return device is not None and bool(device.readings)

    def _remember(self, account: str, device: str, rows: Sequence[ReadRecord]) -> None:
        for name in (device, ""):
            if (account, name) not in self._devices:
                made = self._device(account, name)
                made.positions.update((one.place, one.id) for one in rows if one.device == name)

    def _device(self, account: str, name: str) -> Device:
        key = account, name
        if key not in self._devices:
            self._devices[key] = Device(account, name)
            self._forget_devices()
        self._devices.move_to_end(key)
        return self._devices[key]

    def _forget_devices(self) -> None:
        """Forget those that were not used for longest; the store knows them."""
        for _ in range(2):
            if len(self._devices) <= DEVICES_REMEMBERED:
                return
            key, device = next(iter(self._devices.items()))
            if device.readings:
                self._devices.move_to_end(key)
            else:
                del self._devices[key]

    def begin_account(self, session: Session, account: str) -> None:
        """The session's guest has just become the owner of a new account, who misses nothing."""
        reading = Reading(self, self._device(account, session.device), self._device(account, ""))
        for key in (BOX, *(session.lenses if session.replays else ())):
            reading.device_of(key).note(key, self.progress.latest)
        self.adopt(session, reading)

    def adopt(self, session: Session, reading: Reading) -> None:
        """What is handed to the session counts for this account from now on."""
        session.reading = reading
        reading.open()
        session.sink.watch(reading)

    def leave(self, session: Session) -> None:
        """The session ends, or is its account's no more."""
        reading, session.reading = session.reading, None
        if reading is not None:
            for key in session.missed or ():
                reading.give_up(key)
            reading.close()
        session.missed = None
        if session.replays:
            session.began = dict.fromkeys(session.lenses, self.progress.latest)

    def reading_of(self, session: Session) -> Reading | None:
        """What the session's user reads on its device; None for a guest."""
        reading, user = session.reading, session.user
        return reading if reading and user and reading.account == user.account else None

    # Where they read

    def begin(self, session: Session, key: str) -> None:
        """The session hears from now on what is said in a room."""
        if not session.replays:
            return
        reading, latest = self.reading_of(session), self.progress.latest
        if reading is None:
            self._begin_guest(session, key, latest)
        elif key not in reading.places:
            shown = (session.began or {}).pop(key, "")
            after = reading.begin(key)
            # A guest who has been shown the last lines needs no more of them.
            if after or not shown or session.claimed:
                self._note_missed(session, key, Missed(after, shown or latest))

    def _begin_guest(self, session: Session, key: str, latest: str) -> None:
        if session.began is None:
            session.began = {}
        if key not in session.began:
            session.began[key] = latest
            # Who has asked for an account's name is about to log in, and sees more then.
            if not session.claimed:
                self._note_missed(session, key, Missed("", latest))

    def begin_box(self, session: Session) -> None:
        """The session is handed private messages from now on."""
        reading = self.reading_of(session)
        if reading is not None and BOX not in reading.places:
            self._note_missed(session, BOX, Missed(reading.begin(BOX), self.progress.latest))

    def _note_missed(self, session: Session, key: str, missed: Missed) -> None:
        if missed.after < missed.before:
            if session.missed is None:
                session.missed = {}
            session.missed[key] = missed

    def end(self, session: Session, key: str) -> None:
        """The session hears the room no more, but all that has happened there until now."""
        unshown = session.missed is not None and session.missed.pop(key, None) is not None
        if session.reading is not None:
            if unshown:
                session.reading.give_up(key)
            session.reading.end(key)
        elif session.began:
            session.began.pop(key, None)

    # What is written

    def moved(self, reading: Reading, *, soon: bool = False) -> None:
        """Something of it is to be noted when the next turn is out; or ``soon``, if none comes."""
        self._moved[reading] = None
        if soon:
            self._schedule()

    def follow(self, device: Device, key: str) -> None:
        """A session has been handed all of a place that was released, and will be handed more."""
        self._followed += 1
        if device.follow(key):
            self._write_row(device, key, self.progress.released.upto, follows=True)

    def unfollow(self, device: Device, key: str, at: str) -> None:
        """That holds no more; it has been handed what there was up to an id."""
        self._followed -= 1
        device.note(key, at)
        if device.unfollow(key):
            self._write_row(device, key, device.positions.get(key, ""), follows=False)

    def note(self, device: Device, key: str, at: str) -> bool:
        """It has been read up to an id; whether that is news."""
        news = device.note(key, at)
        if news and key not in device.followers:
            self._write_row(device, key, at, follows=False)
        return news

    def _write_row(self, device: Device, key: str, id_: str, *, follows: bool) -> None:
        self._rows.append(ReadRecord(device.account, device.name, key, id_, follows))
        if len(device.positions) > PLACES_MOST:
            gone = device.forget_oldest()
            self._rows.append(DropRead(device.account, device.name, gone))
        self._schedule()

    def _turn_out(self) -> None:
        if self._moved:
            self._settle()
        if self._is_due():
            self._schedule()

    def _settle(self) -> None:
        for reading in list(self._moved):
            if reading.settle():
                del self._moved[reading]

    def _is_due(self) -> bool:
        """Whether something that is stored has been released since the mark was written."""
        return self._followed > 0 and min(self.kept, self.progress.released.upto) > self._marked

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._clock.later(MARK_SECONDS, self.write)

    def changes(self) -> Sequence[Change]:
        """What is to be stored now, all together: rows are true only with the mark beside them."""
        self._settle()
        if not self._rows and not self._is_due():
            return ()
        rows, self._rows = self._rows, []
        self._marked = self.progress.released.upto
        return (*rows, Mark(self._marked))

    def write(self) -> None:
        """Store what is due, if no batch has taken it along."""
        self._scheduled = False
        changes = self.changes()
        if changes and self._store is not None:
            # A mark alone is of no use later: there will be a newer one.
            self._store.submit(changes, _ignore, keep=len(changes) > 1)

    def finish(self) -> None:
        """All have gone and all turns are out: write what is left."""
        for reading in list(self._moved):
            reading.lost()
        self.write()


def _ignore(_: NotStored | None) -> None:
    """It is kept and written later, or is of no use any more."""

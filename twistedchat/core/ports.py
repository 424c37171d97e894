"""What the core asks of the outside: implemented by doors, buses and stores, never here."""

from collections.abc import (
    Awaitable,
    Callable,
    Collection,
    Generator,
    Iterator,
    Mapping,
    Sequence,
)
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from twistedchat.core.events import Event, Output
from twistedchat.core.intents import Intent
from twistedchat.core.records import (
    AccountRecord,
    Change,
    Found,
    MessageRecord,
    NotStored,
    ProofKind,
    ProofRecord,
    ReadRecord,
    RoleRecord,
    StoredPage,
)

if TYPE_CHECKING:
    from twistedchat.core.users import Session

T_contra = TypeVar("T_contra", contravariant=True)


class Pieces(Iterator[bytes], Protocol):
    """A long reply, made piece by piece as its reader takes it; a generator is one.

    A piece has less than 16 kB. An empty one says that nothing more is to be had in this turn.
    """

    def close(self) -> None:
        """Called when the reader has taken all of it, or will never take the rest."""


class Sink(Protocol):
    """Where the bytes for one session go: a bounded outbox."""

    def write(self, data: bytes) -> None:
        """Take bytes for the reader; a reader that is too far behind is dropped here.

        The session may be disconnected in the middle of it.
        """

    def stream(self, pieces: Pieces) -> None:
        """Take a long reply: what is written later goes behind all of it."""

    def finish(self) -> None:
        """Close the connection once everything that was written has gone out."""


class Lens(Protocol):
    """How a reader sees events: readers with equal lenses share every byte.

    Lenses are compared and hashed, millions of times: let equal ones be one object.
    """

    @property
    def echo(self) -> bool:
        """Whether a session hears what it said itself."""

    @property
    def bell(self) -> bytes:
        """What is added for a reader who was mentioned; b"" for nothing."""

    @property
    def follows(self) -> bool:
        """Whether the reader types into a current room and must be told when it changes."""

    def for_room(self, current: bool) -> "Lens":
        """The lens for the room that is current, or for the others."""

    def render(self, output: Output, mine: bool = False) -> bytes:
        """The bytes for an output.

        Args:
            output: what is to be seen.
            mine: it is the reader's own doing, happened to the reader, or was asked for.
        """


class Releasable(Protocol):
    """Output that waits at the gate."""

    def mark_unstored(self) -> None:
        """Let those who read it know that what was said is not stored."""

    def release(self) -> bool:
        """Hand the bytes to their readers, or to some; returns whether that was all."""


class Gate(Protocol):
    """Lets output through, in order, once what it speaks of is safe."""

    @property
    def keeps(self) -> bool:
        """Whether anything lasts at all."""

    @property
    def crowded(self) -> bool:
        """Whether so much waits that whoever publishes should not be read from."""

    def keep(self, changes: "Sequence[Change]") -> None:
        """Take the rows that the turn speaks of which is being gathered."""

    def ready(self, again: Callable[[], None], /) -> bool:
        """Whether a turn can be closed now; if not, ``again`` is called when it can."""

    def submit(self, turn: Releasable) -> None:
        """Release a turn as soon as no uncommitted row stands before it."""

    def relieved(self, call: Callable[[], None]) -> None:
        """Call once it is no longer crowded; at once if it is not."""


class Bus(Protocol):
    """Puts intents into one order."""

    def publish(self, intent: Intent, origin: str, request: int) -> None:
        """Order an intent; ``Chat.apply`` is called with it, on this node and every other.

        Args:
            intent: what is wanted.
            origin: id of the session that asked, or "".
            request: number by which this node knows who waits for the outcome.
        """


class Clock(Protocol):
    """Time, and turns of the event loop."""

    def now(self) -> float:
        """Seconds since 1970-01-01 UTC."""

    def soon(self, call: Callable[[], None]) -> None:
        """Call once what has arrived by now has been dealt with."""

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call after so many seconds."""


class Journal(Protocol):
    """Where acts are written down that somebody may have to answer for."""

    def operator_acted(self, event: Event) -> None:
        """An operator used their power; the event has actor, target and reason."""


class Promise(Protocol, Generic[T_contra]):
    """An awaitable whose result comes later."""

    def __await__(self) -> Generator[Any, None, Any]:
        """Wait for the result."""

    def callback(self, result: T_contra) -> None:
        """Give the result."""


class Limits(Protocol):
    """The bounds that the core keeps; the same on every node."""

    @property
    def message(self) -> int:
        """Characters in a message."""

    @property
    def nick(self) -> int:
        """Characters in a nick."""

    @property
    def nick_bytes(self) -> int:
        """Bytes of UTF-8 in a nick."""

    @property
    def room(self) -> int:
        """Characters in a room's name."""

    @property
    def room_bytes(self) -> int:
        """Bytes of UTF-8 in a room's name."""

    @property
    def rooms(self) -> int:
        """Rooms a user can be in; 0 for no bound."""

    @property
    def members(self) -> int:
        """Members a room can have; 0 for no bound."""

    @property
    def bans(self) -> int:
        """Bans, and mutes, of a room."""

    @property
    def registered(self) -> int:
        """Rooms that an account can register; 0 for no bound."""

    @property
    def history(self) -> int:
        """Messages kept of a room."""

    @property
    def adrift(self) -> int:
        """Users who may wait to be resumed at once; 0 for no bound."""

    @property
    def resume_seconds(self) -> float:
        """How long a user outlives the last session that broke."""


class Accounts(Protocol):
    """Knows whose a name is, and by what its owner proves that."""

    def warning(self, session: "Session") -> str:
        """What somebody should know before they send a password; "" if it is safe.

        Raises:
            NotAllowed: passwords are not taken over this connection.
        """

    async def register(self, session: "Session", password: str) -> None:
        """Make an account of the session's nick.

        Raises:
            ChatError: it is not done; the sentence says why.
        """

    async def log_in(
        self, session: "Session", nick: str, password: str, *, resumable: bool = False
    ) -> str:
        """Let the owner of a name in; gives a token as ``Chat.log_in`` does.

        Raises:
            BadLogin: name and password do not belong together.
            TryLater: there were too many tries.
        """

    async def log_in_by_certificate(
        self, session: "Session", *, resumable: bool = False
    ) -> str | None:
        """Let the owner of the session's certificate in; None if it is nobody's."""

    async def log_out(self, session: "Session", *, resumable: bool = False) -> str:
        """Let the session go on as a guest's; gives a token as ``Chat.log_out`` does.

        Raises:
            NotAllowed: it belongs to no account.
        """

    async def change_password(self, session: "Session", old: str, new: str) -> None:
        """Give the account another password.

        Raises:
            ChatError: it is not done; the sentence says why.
        """

    async def keys(self, session: "Session") -> Sequence[ProofRecord]:
        """By what else than the password the account can be logged in to."""

    async def add_certificate(self, session: "Session", label: str) -> ProofRecord:
        """Let the certificate of this connection log in from now on."""

    async def add_ssh_key(self, session: "Session", text: str) -> ProofRecord:
        """Let an SSH key, written as in ``id_ed25519.pub``, log in from now on."""

    async def remove_key(self, session: "Session", label: str) -> ProofRecord:
        """Let one of them log in no more."""


class Hashing(Protocol):
    """Makes hashes of rooms' passwords and checks them, off the event loop."""

    def hash(self, password: str) -> Awaitable[str]:
        """The password's hash, with its salt and parameters."""

    def check(self, hash_: str, password: str) -> Awaitable[bool]:
        """Whether the password belongs to the hash."""


class Store(Protocol):
    """Keeps what lasts; nothing here waits for the disk, results come later."""

    @property
    def waiting(self) -> int:
        """Bytes that wait to be committed, of which nobody was told that they are not."""

    def submit(
        self,
        changes: Sequence[Change],
        done: Callable[[NotStored | None], None],
        *,
        keep: bool = True,
    ) -> None:
        """Write changes, all or none, after all that was submitted before.

        Args:
            changes: in the order in which they count.
            done: called later: with None when they are committed, or with why they are not.
            keep: whether they are still to be written, in their order, after ``done`` was told
                that they are not stored.
        """

    def newest(self, place: str, limit: int) -> Awaitable[StoredPage]:
        """The last messages of a place."""

    def before(self, place: str, id_: str, limit: int) -> Awaitable[StoredPage]:
        """The last messages older than an id."""

    def after(self, place: str, id_: str, limit: int) -> Awaitable[StoredPage]:
        """The first messages newer than an id."""

    def since(self, place: str, at: float, limit: int) -> Awaitable[StoredPage]:
        """The last messages since a time."""

    def around(self, place: str, id_: str, limit: int) -> Awaitable[StoredPage]:
        """A message with what was said before and after it; nothing if it is not there."""

    def by_ids(self, ids: Sequence[str]) -> Awaitable[tuple[MessageRecord, ...]]:
        """The messages with these ids, as far as they are there, oldest first."""

    def unread(
        self, account: str, positions: Mapping[str, str], most: int
    ) -> Awaitable[dict[str, int]]:
        """How many messages of others are newer than the ids given by place, up to ``most``."""

    def conversations_of(self, account: str) -> Awaitable[tuple[str, ...]]:
        """The places of an account's private messages."""

    def account_named(self, key: str) -> Awaitable[AccountRecord | None]:
        """The account with this name."""

    def account_with(self, id_: str) -> Awaitable[AccountRecord | None]:
        """The account with this id."""

    def account_proved(self, kind: ProofKind, value: str) -> Awaitable[AccountRecord | None]:
        """The account that can be logged in to by this."""

    def accounts_unseen_since(self, at: float, limit: int) -> Awaitable[tuple[AccountRecord, ...]]:
        """Accounts whose owners have not been here since a time, the longest absent first."""

    def proofs_of(self, account: str) -> Awaitable[tuple[ProofRecord, ...]]:
        """By what an account can be logged in to, oldest first."""

    def positions_of(self, account: str) -> Awaitable[tuple[ReadRecord, ...]]:
        """How far an account has read, on each device and in each place."""

    def roles_of(self, account: str) -> Awaitable[tuple[RoleRecord, ...]]:
        """What an account is in which rooms."""

    def search(
        self,
        text: str,
        places: Collection[str],
        *,
        before: str = "",
        limit: int = 20,
        zone: tzinfo = UTC,
    ) -> Awaitable[Found]:
        """Search, newest first.

        Args:
            text: as the person has typed it.
            places: where the person may read.
            before: where the last page ended (``Found.older``).
            limit: how many messages at most.
            zone: in which dates are meant.

        Raises:
            BadArguments: the text is no query; the sentence says why.
        """

    def export(self, account: str) -> Awaitable[bytes]:
        """Everything that is stored about an account, as JSON lines."""

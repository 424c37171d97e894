"""Who is here: a User is a person's identity, a Session one connection of theirs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twistedchat.core.errors import NotYet
from twistedchat.core.history import History
from twistedchat.core.names import Name

if TYPE_CHECKING:
    from twistedchat.core.ports import Lens, Sink
    from twistedchat.core.reading import Reading
    from twistedchat.core.reads import Missed
    from twistedchat.core.recall import Recall
    from twistedchat.core.rooms import Room

WHISPERS_KEPT = 100


@dataclass(slots=True, eq=False)
class User:
    """A person: what every session of theirs shares, the same on every node.

    Attributes:
        id: unique over restarts; never shown.
        name: the nick.
        cloak: what others see in place of the address.
        address: where the person came from; for server operators only.
        token: digest of the secret that attaches another session; "" if there is none.
        since: when the person came, in seconds since 1970.
        spoke: when the person last said something.
        rooms: the rooms the person is in, by key, in the order of joining.
        sessions: ids of the sessions that are attached, on whatever node.
        away: why the person is away ("" for no reason), or None.
        operator: whether the person is a server operator.
        adrift: since when no session is left and the user waits to be resumed, or None.
        client: name of the program the person uses, if it told.
        account: id of the account whose owner this is; "" for a guest.
        more_tokens: digests of further such secrets, told to programs that have logged in.
        ignored: ids of users whom the person does not want to hear, with their nicks then.
        whispers: private messages for a session that comes back.
    """

    id: str
    name: Name
    cloak: str
    address: str
    token: str
    since: float
    spoke: float
    client: str = ""
    account: str = ""
    more_tokens: tuple[str, ...] = ()
    away: str | None = None
    operator: bool = False
    adrift: float | None = None
    rooms: "dict[str, Room]" = field(default_factory=dict)
    sessions: set[str] = field(default_factory=set)
    ignored: dict[str, str] = field(default_factory=dict)
    whispers: History = field(default_factory=lambda: History(WHISPERS_KEPT))

    @property
    def nick(self) -> str:
        """The nick as the person writes it."""
        return self.name.shown


class Session:
    """One connection: what its reader wants to see, and where its bytes go.

    Attributes:
        id: unique among all nodes.
        sink: takes the bytes.
        lens: how this reader sees things; ``Chat.set_lens`` changes it.
        chosen: the same without the people whom the user ignores.
        door: name of the way in ("line", "json", ...).
        address: where it comes from.
        user: the person, once the nick is settled.
        arriving: it hears nothing until it has been welcomed.
        current: key of the room that plain lines go to.
        confirming: key of a room that is made if it is asked for once more.
        secure: whether nobody on the way can read along.
        certificate: fingerprint of the certificate that the peer has shown, or "".
        claimed: the nick that was asked for and belongs to an account, or "".
        client: name of the program, if it told.
        peer: with whom the last private conversation was, for /reply: id of the account, or of the
            guest.
        lenses: by room key, the lens through which each room is heard at the moment.
        device: name of the device, by which it is known how far its account has read on it.
        replays: it is shown what was missed, and what was handed to its sink counts as read.
        reading: how far its account has read; None for a guest.
        recall: what it has looked back at last; None if at nothing.
        missed: what it has not been shown yet of places that it has just begun to hear.
        began: while it is a guest's, from which id on it has heard each room.
        show_missed: shows it what was missed, when others have brought it into a room.
    """

    __slots__ = (
        "address",
        "arriving",
        "began",
        "certificate",
        "chosen",
        "claimed",
        "client",
        "cloak",
        "confirming",
        "current",
        "device",
        "door",
        "id",
        "lens",
        "lenses",
        "missed",
        "peer",
        "reading",
        "recall",
        "replays",
        "secure",
        "show_missed",
        "sink",
        "user",
    )

    def __init__(
        self, id_: str, sink: "Sink", lens: "Lens", door: str, address: str, cloak: str
    ) -> None:
        self.id = id_
        self.sink = sink
        self.lens = lens
        self.chosen = lens
        self.door = door
        self.address = address
        self.cloak = cloak
        self.arriving = True
        self.client = ""
        self.user: User | None = None
        self.current: str | None = None
        self.peer: str | None = None
        self.confirming: str | None = None
        self.secure = False
        self.certificate = ""
        self.claimed = ""
        self.lenses: dict[str, Lens] = {}
        self.device = door
        self.replays = False
        self.reading: Reading | None = None
        self.recall: Recall | None = None
        self.missed: dict[str, Missed] | None = None
        self.began: dict[str, str] | None = None
        self.show_missed: Callable[[], None] | None = None


def user_of(session: Session) -> User:
    """The person behind a session.

    Raises:
        NotYet: the nick is not settled.
    """
    if session.user is None:
        raise NotYet("First choose a nickname.")
    return session.user

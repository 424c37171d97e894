"""What happened: every fact the core yields, frozen.

An event is made once, by ``apply``, and shared by everybody who hears it; nothing in it belongs
to one reader. ``id`` is the event's ULID and gives its place in the order; ``at`` is its time in
seconds since 1970-01-01 UTC. Nicks and rooms are written as their owners write them, rooms
without the leading ``#``.
"""

from twistedchat.core.events.output import (
    Crowd as Crowd,
)
from twistedchat.core.events.output import (
    Event as Event,
)
from twistedchat.core.events.output import (
    Notice as Notice,
)
from twistedchat.core.events.output import (
    Output as Output,
)
from twistedchat.core.events.output import (
    PersonalEvent as PersonalEvent,
)
from twistedchat.core.events.output import (
    Recalled as Recalled,
)
from twistedchat.core.events.output import (
    RoomEvent as RoomEvent,
)
from twistedchat.core.events.output import (
    UserEvent as UserEvent,
)
from twistedchat.core.events.powers import (
    Banned as Banned,
)
from twistedchat.core.events.powers import (
    Deopped as Deopped,
)
from twistedchat.core.events.powers import (
    Kicked as Kicked,
)
from twistedchat.core.events.powers import (
    Muted as Muted,
)
from twistedchat.core.events.powers import (
    Opped as Opped,
)
from twistedchat.core.events.powers import (
    RoleChanged as RoleChanged,
)
from twistedchat.core.events.powers import (
    Unbanned as Unbanned,
)
from twistedchat.core.events.powers import (
    Unmuted as Unmuted,
)
from twistedchat.core.events.presence import (
    CameBack as CameBack,
)
from twistedchat.core.events.presence import (
    Coming as Coming,
)
from twistedchat.core.events.presence import (
    Joined as Joined,
)
from twistedchat.core.events.presence import (
    Left as Left,
)
from twistedchat.core.events.presence import (
    Parted as Parted,
)
from twistedchat.core.events.presence import (
    Renamed as Renamed,
)
from twistedchat.core.events.presence import (
    WentAway as WentAway,
)
from twistedchat.core.events.rooms import (
    Invited as Invited,
)
from twistedchat.core.events.rooms import (
    RoomChanged as RoomChanged,
)
from twistedchat.core.events.rooms import (
    RoomDropped as RoomDropped,
)
from twistedchat.core.events.rooms import (
    RoomRegistered as RoomRegistered,
)
from twistedchat.core.events.rooms import (
    RoomTransferred as RoomTransferred,
)
from twistedchat.core.events.rooms import (
    TopicChanged as TopicChanged,
)
from twistedchat.core.events.talk import (
    Announced as Announced,
)
from twistedchat.core.events.talk import (
    Deleted as Deleted,
)
from twistedchat.core.events.talk import (
    Emoted as Emoted,
)
from twistedchat.core.events.talk import (
    Kept as Kept,
)
from twistedchat.core.events.talk import (
    Message as Message,
)
from twistedchat.core.events.talk import (
    Said as Said,
)
from twistedchat.core.events.talk import (
    Whispered as Whispered,
)

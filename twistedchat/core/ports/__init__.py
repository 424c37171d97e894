"""What the core asks of the outside: implemented by doors, buses and stores, never here."""

from twistedchat.core.ports.accounts import (
    Accounts as Accounts,
)
from twistedchat.core.ports.accounts import (
    Hashing as Hashing,
)
from twistedchat.core.ports.order import (
    Bus as Bus,
)
from twistedchat.core.ports.order import (
    Clock as Clock,
)
from twistedchat.core.ports.order import (
    Journal as Journal,
)
from twistedchat.core.ports.order import (
    Limits as Limits,
)
from twistedchat.core.ports.order import (
    Promise as Promise,
)
from twistedchat.core.ports.order import (
    T_contra as T_contra,
)
from twistedchat.core.ports.output import (
    Gate as Gate,
)
from twistedchat.core.ports.output import (
    Lens as Lens,
)
from twistedchat.core.ports.output import (
    Pause as Pause,
)
from twistedchat.core.ports.output import (
    Pieces as Pieces,
)
from twistedchat.core.ports.output import (
    Releasable as Releasable,
)
from twistedchat.core.ports.output import (
    Sink as Sink,
)
from twistedchat.core.ports.output import (
    Watcher as Watcher,
)
from twistedchat.core.ports.store import (
    Store as Store,
)

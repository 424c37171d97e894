"""What somebody wants: the bus puts these into one order, ``apply`` decides them.

An intent holds plain data and prepared names only, so that it can cross to another node. ``user``
is the id of the user who acts.
"""

from twistedchat.core.intents.accounts import (
    ForgetAccount as ForgetAccount,
)
from twistedchat.core.intents.accounts import (
    GiveUpName as GiveUpName,
)
from twistedchat.core.intents.accounts import (
    LogIn as LogIn,
)
from twistedchat.core.intents.accounts import (
    LogOut as LogOut,
)
from twistedchat.core.intents.accounts import (
    Register as Register,
)
from twistedchat.core.intents.accounts import (
    RenameAccount as RenameAccount,
)
from twistedchat.core.intents.every import (
    Intent as Intent,
)
from twistedchat.core.intents.powers import (
    Ban as Ban,
)
from twistedchat.core.intents.powers import (
    Elevate as Elevate,
)
from twistedchat.core.intents.powers import (
    Kick as Kick,
)
from twistedchat.core.intents.powers import (
    Mute as Mute,
)
from twistedchat.core.intents.powers import (
    SetOperator as SetOperator,
)
from twistedchat.core.intents.powers import (
    Unban as Unban,
)
from twistedchat.core.intents.powers import (
    Unmute as Unmute,
)
from twistedchat.core.intents.presence import (
    Attach as Attach,
)
from twistedchat.core.intents.presence import (
    Detach as Detach,
)
from twistedchat.core.intents.presence import (
    Enter as Enter,
)
from twistedchat.core.intents.presence import (
    Expire as Expire,
)
from twistedchat.core.intents.presence import (
    Ignore as Ignore,
)
from twistedchat.core.intents.presence import (
    Join as Join,
)
from twistedchat.core.intents.presence import (
    Part as Part,
)
from twistedchat.core.intents.presence import (
    Rename as Rename,
)
from twistedchat.core.intents.presence import (
    SetAway as SetAway,
)
from twistedchat.core.intents.rooms import (
    DropRoom as DropRoom,
)
from twistedchat.core.intents.rooms import (
    Invite as Invite,
)
from twistedchat.core.intents.rooms import (
    RegisterRoom as RegisterRoom,
)
from twistedchat.core.intents.rooms import (
    SetRole as SetRole,
)
from twistedchat.core.intents.rooms import (
    SetRoom as SetRoom,
)
from twistedchat.core.intents.rooms import (
    SetTopic as SetTopic,
)
from twistedchat.core.intents.rooms import (
    TransferRoom as TransferRoom,
)
from twistedchat.core.intents.talk import (
    Announce as Announce,
)
from twistedchat.core.intents.talk import (
    Delete as Delete,
)
from twistedchat.core.intents.talk import (
    Emote as Emote,
)
from twistedchat.core.intents.talk import (
    Say as Say,
)
from twistedchat.core.intents.talk import (
    Whisper as Whisper,
)
from twistedchat.core.intents.talk import (
    Written as Written,
)

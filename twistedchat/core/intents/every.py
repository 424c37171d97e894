"""All of them."""

from typing import TypeAlias

from twistedchat.core.intents.accounts import (
    ForgetAccount,
    GiveUpName,
    LogIn,
    LogOut,
    Register,
    RenameAccount,
)
from twistedchat.core.intents.powers import Ban, Elevate, Kick, Mute, SetOperator, Unban, Unmute
from twistedchat.core.intents.presence import (
    Attach,
    Detach,
    Enter,
    Expire,
    Ignore,
    Join,
    Part,
    Rename,
    SetAway,
)
from twistedchat.core.intents.rooms import (
    DropRoom,
    Invite,
    RegisterRoom,
    SetRole,
    SetRoom,
    SetTopic,
    TransferRoom,
)
from twistedchat.core.intents.talk import Announce, Delete, Emote, Say, Whisper

Intent: TypeAlias = (
    Enter
    | Attach
    | Detach
    | Expire
    | Say
    | Emote
    | Whisper
    | Join
    | Part
    | SetTopic
    | Rename
    | SetAway
    | Invite
    | Ignore
    | SetOperator
    | Kick
    | Ban
    | Unban
    | Mute
    | Unmute
    | RegisterRoom
    | DropRoom
    | SetRoom
    | TransferRoom
    | SetRole
    | Register
    | LogIn
    | LogOut
    | RenameAccount
    | GiveUpName
    | Elevate
    | Announce
    | Delete
    | ForgetAccount
)

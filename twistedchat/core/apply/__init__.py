"""What becomes of an intent: pure, in the order of the bus, the same on every node.

Every race is settled here and nowhere else. A function per intent changes the state and returns
the facts, or raises a ``ChatError`` and leaves the state as it was.
"""

from collections.abc import Callable
from typing import Any

from twistedchat.core import intents
from twistedchat.core.apply import (
    accounts,
    deleting,
    holding,
    operators,
    people,
    roles,
    rooms,
    talking,
)
from twistedchat.core.state import Fact, State

_APPLY: dict[type, Callable[[State, Any, str, float], list[Fact]]] = {
    intents.Say: talking.say,
    intents.Emote: talking.emote,
    intents.Whisper: talking.whisper,
    intents.Announce: talking.announce,
    intents.Delete: deleting.delete,
    intents.Enter: people.enter,
    intents.Attach: people.attach,
    intents.Detach: people.detach,
    intents.Expire: people.expire,
    intents.Rename: people.rename,
    intents.SetAway: people.set_away,
    intents.Ignore: people.ignore,
    intents.Elevate: people.elevate,
    intents.Register: accounts.register,
    intents.LogIn: accounts.log_in,
    intents.LogOut: accounts.log_out,
    intents.RenameAccount: accounts.rename_account,
    intents.GiveUpName: accounts.give_up_name,
    intents.ForgetAccount: deleting.forget_account,
    intents.Join: rooms.join,
    intents.Part: rooms.part,
    intents.SetTopic: rooms.set_topic,
    intents.Invite: rooms.invite,
    intents.SetOperator: operators.set_operator,
    intents.Kick: operators.kick,
    intents.Ban: operators.ban,
    intents.Unban: operators.unban,
    intents.Mute: operators.mute,
    intents.Unmute: operators.unmute,
    intents.RegisterRoom: holding.register,
    intents.DropRoom: holding.drop,
    intents.SetRoom: holding.change,
    intents.TransferRoom: holding.transfer,
    intents.SetRole: roles.set_role,
}


def apply(state: State, intent: intents.Intent, id_: str, at: float) -> list[Fact]:
    """Settle what becomes of an intent.

    Args:
        state: is changed.
        intent: what is wanted.
        id_: the intent's place in the order; the event that it causes carries it.
        at: its time, in seconds since 1970.

    Returns:
        What happened, and who hears of it.

    Raises:
        ChatError: it was refused; the state is unchanged.
    """
    return _APPLY[type(intent)](state, intent, id_, at)

"""REDACT: take a message back (ircv3.net/specs/extensions/message-redaction).

``REDACT #room 01H...`` or, for a private message that one has sent, ``REDACT nick 01H...``. A
reason is left alone: what is gone needs none.
"""

from typing import TYPE_CHECKING

from twistedchat.core.deleting import TakenBack
from twistedchat.core.errors import ChatError, NotAllowed
from twistedchat.core.ids import is_id
from twistedchat.protocols.consumer import Cost
from twistedchat.protocols.irc.command import Params, command

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue


@command("REDACT", 2, cost=Cost.SPEAK)
async def redact(dialogue: "IrcDialogue", params: Params) -> None:
    """Take a message back: one's own, or as an operator anybody's."""
    target, id_ = params[:2]
    try:
        taken = await _take_back(dialogue, target, id_)
    except NotAllowed as error:
        _refuse(dialogue, "REDACT_FORBIDDEN", (target, id_), str(error))
    except ChatError as error:
        _refuse(dialogue, "INVALID_TARGET", (target,), str(error))
    else:
        if id_ not in taken.ids:
            text = "There is no such message there. It may be gone."
            _refuse(dialogue, "UNKNOWN_MSGID", (target, id_), text)


async def _take_back(dialogue: "IrcDialogue", target: str, id_: str) -> TakenBack:
    chat, session = dialogue.chat, dialogue.session
    ids = [id_] if is_id(id_) else []
    if target.startswith("#"):
        return await chat.delete(session, chat.room_of(session, target).name.key, ids)
    return await chat.delete_private(session, target, ids)


def _refuse(dialogue: "IrcDialogue", code: str, about: tuple[str, ...], text: str) -> None:
    dialogue.line("FAIL", "REDACT", code, *about, text)

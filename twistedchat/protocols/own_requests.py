"""The requests of programs about what is their own: take messages back, export, forget."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from twistedchat.core.chat import Chat, user_of
from twistedchat.core.deleting import AT_ONCE
from twistedchat.core.errors import BadArguments, ShuttingDown
from twistedchat.core.ids import is_id
from twistedchat.core.users import Session
from twistedchat.protocols import fields
from twistedchat.protocols.account_requests import accounts_of
from twistedchat.protocols.replies import cut, reply
from twistedchat.protocols.roomstate import PAGE_BYTES, fitting
from twistedchat.render.json import line

if TYPE_CHECKING:
    from twistedchat.protocols.jsonlines import JsonDialogue

Request = Mapping[str, Any]
Carried = dict[str, Any]
Answer = Callable[[Chat, Session, Request], Awaitable[Carried]]


async def _delete(chat: Chat, session: Session, request: Request) -> Carried:
    ids = fields.texts(request, "msgids", AT_ONCE)
    if not ids or not all(map(is_id, ids)):
        raise BadArguments(f"msgids must be a list of 1 to {AT_ONCE} msgids.")
    if request.get("nick") is not None:
        taken = await chat.delete_private(session, fields.text(request, "nick"), ids)
    else:
        taken = await chat.delete(session, fields.room(request, "room"), ids)
    return {"msgids": taken.ids, "unknown": taken.unknown}


async def _forget(chat: Chat, session: Session, request: Request) -> Carried:
    given = fields.optional(request, "password") or fields.text(request, "nick")
    await accounts_of(chat).forget(session, given)
    return {"nick": user_of(session).nick, "account": None}


async def export(dialogue: "JsonDialogue", id_: fields.Id) -> None:
    """Send everything that is stored about the account, in pieces, as the reader takes them.

    Raises:
        ChatError: it can't be had, or not all of it.
    """
    accounts = accounts_of(dialogue.chat)
    cursor: str | None = ""
    while cursor is not None:
        page = await accounts.export(dialogue.session, cursor)
        cursor = page.next
        for data in _pieces(list(page.entries), id_, ends=cursor is None):
            await reply(dialogue.wire, cut(data))
        if dialogue.chat.stopping:
            raise ShuttingDown("The server is about to stop: that was not all.")
    dialogue.ok(id_, {})


def _pieces(entries: list[Carried], id_: fields.Id, *, ends: bool) -> Iterator[bytes]:
    """Objects of a size that every client takes; nothing for a page without entries."""
    head = {"type": "export"} if id_ is None else {"type": "export", "id": id_}
    while entries or ends:
        part = fitting(entries, PAGE_BYTES)
        entries = entries[len(part) :]
        last = ends and not entries
        yield line({**head, "entries": part, "last": last})
        if last:
            return


OWN_REQUESTS: dict[str, Answer] = {"delete": _delete, "forget": _forget}

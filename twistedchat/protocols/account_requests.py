"""The requests of programs about accounts: register, log in and out, passwords, keys."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from twistedchat.core.chat import Chat, user_of
from twistedchat.core.errors import BadArguments, NotAllowed
from twistedchat.core.ports import Accounts
from twistedchat.core.records import ProofRecord
from twistedchat.core.users import Session
from twistedchat.protocols import fields
from twistedchat.protocols.markers import marks
from twistedchat.protocols.roomstate import PAGE, room_state
from twistedchat.render.json import timestamp

Request = Mapping[str, Any]
Carried = dict[str, Any]
Answer = Callable[[Chat, Session, Request], Awaitable[Carried]]

MEMBERS_LEAST = 10


async def _register(chat: Chat, session: Session, request: Request) -> Carried:
    await accounts_of(chat).register(session, fields.text(request, "password"))
    return {"account": account_name(chat, session)}


async def _login(chat: Chat, session: Session, request: Request) -> Carried:
    account, password = fields.text(request, "account"), fields.text(request, "password")
    token = await accounts_of(chat).log_in(session, account, password, resumable=True)
    return await _whereabouts(chat, session, token)


async def _logout(chat: Chat, session: Session, request: Request) -> Carried:
    token = await accounts_of(chat).log_out(session, resumable=True)
    return await _whereabouts(chat, session, token)


async def _whereabouts(chat: Chat, session: Session, token: str) -> Carried:
    """Who the session is now, and where: it may be another user's."""
    user, now = user_of(session), chat.clock.now()
    most = max(MEMBERS_LEAST, PAGE // max(1, len(user.rooms)))
    marked = await marks(chat, session, user.rooms.values())
    rooms = [room_state(room, user, now, most, marked) for room in user.rooms.values()]
    account = account_name(chat, session)
    return {"nick": user.nick, "account": account, "token": token, "rooms": rooms}


async def _passwd(chat: Chat, session: Session, request: Request) -> Carried:
    old, new = fields.text(request, "old"), fields.text(request, "new")
    await accounts_of(chat).change_password(session, old, new)
    return {}


async def _keys(chat: Chat, session: Session, request: Request) -> Carried:
    accounts, action = accounts_of(chat), fields.optional(request, "action") or "list"
    key = fields.optional(request, "key")
    match action:
        case "list":
            return {"keys": [_key(one) for one in await accounts.keys(session)]}
        case "add" if key:
            return {"key": _key(await accounts.add_ssh_key(session, key))}
        case "add":
            label = fields.optional(request, "label")
            return {"key": _key(await accounts.add_certificate(session, label))}
        case "remove":
            label = fields.text(request, "label")
            return {"key": _key(await accounts.remove_key(session, label))}
    raise BadArguments("action must be list, add or remove.")


def _key(proof: ProofRecord) -> Carried:
    return {
        "kind": proof.kind.value,
        "key": proof.value,
        "label": proof.label,
        "time": timestamp(proof.created),
    }


def accounts_of(chat: Chat) -> Accounts:
    """The server's accounts.

    Raises:
        NotAllowed: it has none.
    """
    if chat.accounts is None:
        raise NotAllowed("There are no accounts on this server.")
    return chat.accounts


def account_name(chat: Chat, session: Session) -> str | None:
    """The name of the account that a session is logged in to."""
    name = chat.state.owned.name_of(user_of(session).account)
    return name.shown if name else None


ACCOUNT_REQUESTS: dict[str, Answer] = {
    "register": _register,
    "login": _login,
    "logout": _logout,
    "passwd": _passwd,
    "keys": _keys,
}

"""Accounts: /register, /login, /logout, /passwd, /keys."""

from collections.abc import Awaitable, Callable
from functools import partial

from twistedchat.commands.registry import Answer, Context, command
from twistedchat.core.chat import user_of
from twistedchat.core.errors import BadArguments, BadLogin, BadPassword, NotAllowed
from twistedchat.core.names import nick_key
from twistedchat.core.ports import Accounts
from twistedchat.core.records import ProofKind, ProofRecord
from twistedchat.core.text import shorten

NO_ACCOUNTS = "There are no accounts on this server. Everybody is a guest."
DIFFERENT = "The two differ, and nothing was done. Begin once more."
KEYS = (
    "Write it like this: /keys list, /keys add certificate [LABEL], /keys add SSH-KEY,"
    " or /keys remove LABEL"
)
KINDS = {ProofKind.CERTIFICATE: "certificate", ProofKind.SSH_KEY: "SSH key"}


@command(
    "register", arguments="[PASSWORD...]", family="account", secret=True,
    help="Make your nick your own, with a password.",
)  # fmt: skip
async def register(context: Context, password: str) -> None:
    """Make an account of the nick that one has."""
    accounts = accounts_of(context)
    nick = user_of(context.session).nick
    warn(context)

    async def make(chosen: str) -> None:
        await accounts.register(context.session, chosen)
        context.tell(
            f"{nick} is yours now. Next time /login {nick} proves that it is you.", "account"
        )

    await _with_new(context, password, f"Choose a password for {nick}:", make)


@command(
    "login", arguments="[NICK] [PASSWORD...]", family="account", secret=True,
    help="Prove that a name is yours; your other connections stay.",
)  # fmt: skip
async def login(context: Context, nick: str, password: str) -> None:
    """Log in, with the password behind it or asked for."""
    accounts = accounts_of(context)
    nick, password = _whose(context, nick, password)
    warn(context)

    async def prove(given: str) -> None:
        await accounts.log_in(context.session, nick, given)
        context.tell(f"You are logged in as {account_name(context)}{_where(context)}", "account")

    if password:
        await prove(password)
    else:
        context.front.ask(f"Password for {shorten(nick, 40)}:", prove)


def _whose(context: Context, nick: str, password: str) -> tuple[str, str]:
    """For which name, and by what; the name may be left out if it was asked for on coming in."""
    claimed, owned = context.session.claimed, context.chat.state.owned
    if not nick and not claimed:
        raise BadArguments("Say who you are: /login NICK")
    if nick and not password and not owned.account_of(nick_key(nick) or ""):
        # One word that is nobody's name: it is the password for the name that was asked for.
        if not claimed:
            raise BadLogin("Nobody has registered that name. /login NICK asks for your password.")
        return claimed, nick
    return nick or claimed, password


def account_name(context: Context) -> str:
    """The name of the account that the session is logged in to, else the nick."""
    user = user_of(context.session)
    name = context.chat.state.owned.name_of(user.account) or user.name
    return name.shown


def _where(context: Context) -> str:
    session = context.session
    room = context.chat.state.rooms.get(session.current or "")
    others = len(user_of(session).rooms) - 1
    if room is None:
        return ". /rooms lists the rooms, /join ROOM enters one."
    more = f" and in {others} more {'room' if others == 1 else 'rooms'}" if others else ""
    return f", in #{room.name.shown}{more}."


@command("logout", family="account", help="Go on as a guest; your other connections stay.")
async def logout(context: Context) -> None:
    """Be a guest from now on."""
    before = list(user_of(context.session).rooms.values())
    await accounts_of(context).log_out(context.session)
    user = user_of(context.session)
    context.tell(f"You are logged out, and a guest called {user.nick}.", "account")
    closed = [f"#{room.name.shown}" for room in before if room.name.key not in user.rooms]
    if closed:
        context.tell(f"You have left {', '.join(closed)}: not open to guests.", "account")


@command(
    "passwd", arguments="[OLD] [NEW...]", family="account", secret=True,
    help="Change your password.",
)  # fmt: skip
async def passwd(context: Context, old: str, new: str) -> None:
    """Change the password of one's account."""
    accounts = accounts_of(context)
    if not user_of(context.session).account:
        raise NotAllowed("You are not logged in. /login NICK does it.")
    warn(context)

    async def change(given: str, chosen: str) -> None:
        await accounts.change_password(context.session, given, chosen)
        context.tell("Your password is changed. The old one is of no use any more.", "account")

    async def choose(given: str) -> None:
        await _with_new(context, new, "Your new password:", partial(change, given))

    if old:
        await choose(old)
    else:
        context.front.ask("Your old password:", choose)


async def _with_new(context: Context, password: str, question: str, then: Answer) -> None:
    """Go on with a new password: the one given, or one asked for, twice if it can't be seen."""
    if password:
        await then(password)
        return

    async def first(given: str) -> None:
        if not context.front.hidden:
            await then(given)
            return

        async def second(again: str) -> None:
            if again != given:
                raise BadPassword(DIFFERENT)
            await then(given)

        context.front.ask("The same once more:", second)

    context.front.ask(question, first)


@command(
    "keys", arguments="[ACTION] [KEY...]", family="account",
    help="Log in without a password: list, add or remove certificates and SSH keys.",
)  # fmt: skip
async def keys(context: Context, action: str, rest: str) -> None:
    """List, add or remove what else logs in."""
    acts: dict[str, Callable[[Context, str], Awaitable[None]]] = {
        "": _list, "list": _list, "add": _add, "remove": _remove,
    }  # fmt: skip
    if action.lower() not in acts:
        raise BadArguments(KEYS)
    await acts[action.lower()](context, rest)


async def _list(context: Context, _: str) -> None:
    found = await accounts_of(context).keys(context.session)
    for one in found:
        context.tell(f"{one.label}: {_described(one)}", "key")
    if not found:
        context.tell("You have no keys. /keys add certificate, or /keys add SSH-KEY, adds one.")


async def _add(context: Context, rest: str) -> None:
    accounts = accounts_of(context)
    kind, _, label = rest.partition(" ")
    if not kind:
        raise BadArguments(KEYS)
    if kind.lower() == "certificate":
        added = await accounts.add_certificate(context.session, label.strip())
    else:
        added = await accounts.add_ssh_key(context.session, rest)
    context.tell(f"Added {added.label}: {_described(added)} logs you in from now on.", "key")


async def _remove(context: Context, label: str) -> None:
    if not label:
        raise BadArguments(KEYS)
    removed = await accounts_of(context).remove_key(context.session, label)
    context.tell(f"Removed {removed.label}: it logs nobody in any more.", "key")


def _described(proof: ProofRecord) -> str:
    value = proof.value
    return f"{KINDS[proof.kind]} {value if len(value) <= 100 else f'{value[:20]}...{value[-20:]}'}"


def warn(context: Context) -> None:
    """Say that others may read along, before a password is asked for or used.

    Raises:
        NotAllowed: passwords are not taken over this connection.
    """
    accounts = context.chat.accounts
    warning = accounts.warning(context.session) if accounts else ""
    if warning:
        context.tell(warning, "insecure")


def accounts_of(context: Context) -> Accounts:
    """The server's accounts.

    Raises:
        NotAllowed: it has none.
    """
    if context.chat.accounts is None:
        raise NotAllowed(NO_ACCOUNTS)
    return context.chat.accounts

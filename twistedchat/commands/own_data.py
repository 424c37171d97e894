"""What is stored about oneself: /export, /forget."""

import json

from twistedchat.commands.accounts import account_name, accounts_of, warn
from twistedchat.commands.registry import Context, command
from twistedchat.core.chat import user_of
from twistedchat.core.errors import ShuttingDown

FOLLOWS = "What is stored about you follows, one JSON object in each line that begins with {."
END = "End of {}. /forget erases all of it but what others have said to you."
STOPPING = "The server is about to stop: that was not all. Ask for it again later."
ERASES = (
    "This erases your account {nick} for good: its password, keys, roles, settings and reading"
    " positions, and all that you have said, in rooms and in private."
)
LEAVES = (
    "The name will be free, and your rooms go to others who run them, or end. What others said"
    " to you stays theirs. /export gives you a copy of everything."
)
ERASED = "Your account is erased. You go on as a guest called {}; /register begins anew."


@command("export", family="account", help="Get everything that is stored about you, as JSON lines.")
async def export(context: Context) -> None:
    """Show what is stored, page by page, as the reader takes it."""
    accounts, count = accounts_of(context), 0
    cursor: str | None = ""
    while cursor is not None:
        page = await accounts.export(context.session, cursor)
        if not cursor:
            context.tell(FOLLOWS, "export")
        cursor, count = page.next, count + len(page.entries)
        await context.front.show(json.dumps(one, ensure_ascii=False) for one in page.entries)
        if context.chat.stopping:
            raise ShuttingDown(STOPPING)
    context.tell(END.format("1 entry" if count == 1 else f"{count} entries"), "export")


@command(
    "forget", arguments="[PASSWORD...]", family="account", secret=True,
    help="Erase your account, and everything that you have said.",
)  # fmt: skip
async def forget(context: Context, password: str) -> None:
    """Erase one's account, with the password behind it or asked for."""
    accounts = accounts_of(context)
    has_password = await accounts.has_password(context.session)
    nick = account_name(context)
    warn(context)

    async def erase(confirmation: str) -> None:
        await accounts.forget(context.session, confirmation)
        context.tell(ERASED.format(user_of(context.session).nick), "account")

    if password:
        await erase(password)
        return
    context.tell(ERASES.format(nick=nick), "account")
    context.tell(LEAVES, "account")
    what = "Your password" if has_password else f"Your nick, {nick}"
    context.front.ask(f"{what}, to erase all of that:", erase)

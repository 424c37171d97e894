"""/room role: who is what in a room that lasts."""

from itertools import islice

from twistedchat.commands.registry import Context
from twistedchat.core.apply.roles import called
from twistedchat.core.errors import BadArguments
from twistedchat.core.roles import Role
from twistedchat.core.rooms import Room

NAMES_IN_LINE = 40
USAGE = (
    "Write /room role NICK ROLE with owner, operator, voiced, member, outcast or none;"
    " /room role alone lists them."
)


async def role(context: Context, here: Room, words: list[str]) -> None:
    """List the roles, or give somebody one.

    Raises:
        BadArguments: it is written in another way.
    """
    match words:
        case []:
            _list(context, here)
        case [nick, wanted]:
            await context.chat.set_role(context.session, here.name.key, nick, wanted)
        case _:
            raise BadArguments(USAGE)


def _list(context: Context, here: Room) -> None:
    if not here.roles:
        context.tell(f"Nobody has a role in #{here.name.shown}. {USAGE}", "roles")
    for role_ in Role:
        accounts = [account for account, has in here.roles.items() if has is role_]
        names = iter(sorted(called(context.chat.state, account) for account in accounts))
        while line := ", ".join(islice(names, NAMES_IN_LINE)):
            context.tell(f"{role_.capitalize()}: {line}", "roles")

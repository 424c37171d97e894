"""The slash commands, one function each; importing the package declares them all."""

from twistedchat.commands import (  # noqa: F401 - imported for their declarations
    accounts,
    comfort,
    deleting,
    operators,
    own_data,
    past,
    people,
    room_settings,
    rooms,
    search,
    server,
    talking,
)
from twistedchat.commands.registry import COMMANDS, Command, Context, Front, Registry

__all__ = ["COMMANDS", "Command", "Context", "Front", "Registry"]

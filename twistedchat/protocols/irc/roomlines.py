"""What a client is told of a room: that it is in, the topic, who else is there, the modes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from twistedchat.core.chat import user_of
from twistedchat.core.events import Joined
from twistedchat.core.roles import Role
from twistedchat.core.rooms import Member, Room
from twistedchat.protocols.irc import numerics
from twistedchat.protocols.irc.acts import changes_of, sigils_of
from twistedchat.protocols.irc.markers import mark_on_joining
from twistedchat.protocols.irc.masks import source_of
from twistedchat.protocols.irc.messages import format_line
from twistedchat.protocols.irc.modes import write_modes
from twistedchat.protocols.irc.splitting import room_for_text

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue


def entered(dialogue: "IrcDialogue", room: Room) -> Iterator[bytes]:
    """What a client hears of a room that it has just come into."""
    user = user_of(dialogue.session)
    role = room.role_of(user) or ""
    now, shown = dialogue.chat.clock.now(), room.name.shown
    joined = Joined("", now, shown, user.nick, user.cloak, user.account, role)
    yield dialogue.lens.render(joined, mine=True)
    yield from mark_on_joining(dialogue, room)
    yield from topic(dialogue, room, silent=True)
    yield from names(dialogue, room)


def topic(dialogue: "IrcDialogue", room: Room, *, silent: bool = False) -> Iterator[bytes]:
    """The topic and who set it; without one that there is none, unless silent."""
    name, tell = f"#{room.name.shown}", dialogue.numeric_bytes
    if room.topic is not None:
        yield tell(numerics.RPL_TOPIC, name, room.topic.text)
        yield tell(numerics.RPL_TOPICWHOTIME, name, room.topic.nick, str(int(room.topic.at)))
    elif not silent:
        yield tell(numerics.RPL_NOTOPIC, name)


def names(dialogue: "IrcDialogue", room: Room) -> Iterator[bytes]:
    """Who is in a room, as many to a line as fit."""
    name, tell = f"#{room.name.shown}", dialogue.numeric_bytes
    kind = "@" if room.rules.private else "="
    most = room_for_text(dialogue.server, "353", f"{dialogue.nick} {kind} {name}")
    line, size = list[str](), 0
    for member in list(room.members.values()):
        one = named(dialogue, room, member)
        length = len(one.encode()) + 1
        if line and size + length > most:
            yield tell(numerics.RPL_NAMREPLY, kind, name, " ".join(line))
            line, size = [], 0
        line.append(one)
        size += length
    if line:
        yield tell(numerics.RPL_NAMREPLY, kind, name, " ".join(line))
    yield tell(numerics.RPL_ENDOFNAMES, name)


def named(dialogue: "IrcDialogue", room: Room, member: Member) -> str:
    """A member with the signs before the nick, and all of the source for who asked for it."""
    user, agreed = member.user, dialogue.agreed
    signs = signs_of(room, member, every="multi-prefix" in agreed)
    full = "userhost-in-names" in agreed
    return signs + (source_of(user.nick, user.cloak) if full else user.nick)


def signs_of(room: Room, member: Member, *, every: bool) -> str:
    """What stands before a member's nick."""
    if not (member.operator or member.voiced):
        return ""
    roles = [Role.OWNER] if room.owned_by(member.user) else []
    roles += [Role.OPERATOR] if member.operator else []
    roles += [Role.VOICED] if member.voiced else []
    return sigils_of(tuple(roles), every=every)


def modes(dialogue: "IrcDialogue", room: Room, *, inside: bool) -> Iterator[bytes]:
    """The modes of a room, and since when it is there."""
    name = f"#{room.name.shown}"
    changes = changes_of(
        room.rules, registered=room.founder != "", permanent=room.permanent, values=inside
    )
    # Each parameter is a word of its own, so there may be any number of them.
    words = (dialogue.nick, name, *write_modes(changes))
    yield format_line(numerics.RPL_CHANNELMODEIS.code, words, dialogue.server)
    if room.created:
        yield dialogue.numeric_bytes(numerics.RPL_CREATIONTIME, name, str(int(room.created)))

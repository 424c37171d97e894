"""Talking: /me, /msg, /reply, /say."""

from twistedchat.commands.registry import Context, command
from twistedchat.core import intents
from twistedchat.core.chat import user_of
from twistedchat.core.errors import NoSuchNick
from twistedchat.core.state import State
from twistedchat.core.text import clean


@command("me", arguments="ACTION...", family="talk", speaks=True, help="Act: * ada waves.")
async def me(context: Context, action: str) -> None:
    """Act in the current room."""
    await _speak(context, intents.Emote, action)


@command("say", arguments="TEXT...", family="talk", speaks=True, help="Say a line as it stands.")
async def say(context: Context, text: str) -> None:
    """Say a line in the current room, also one that begins with a slash."""
    await _speak(context, intents.Say, text)


async def _speak(context: Context, act: type[intents.Say | intents.Emote], text: str) -> None:
    chat, session = context.chat, context.session
    room = chat.room_of(session, "").name.key
    text = clean(text, chat.state.limits.message)
    await chat.ask(session, act(user_of(session).id, room, text))


@command(
    "msg", "m", arguments="NICK TEXT...", family="talk", speaks=True, help="Tell one person alone."
)
async def msg(context: Context, nick: str, text: str) -> None:
    """Whisper to somebody."""
    await _whisper(context, nick, text)


@command(
    "reply", "r", arguments="TEXT...", family="talk", speaks=True,
    help="Tell the person you last had a private word with.",
)  # fmt: skip
async def reply(context: Context, text: str) -> None:
    """Whisper to the last person one whispered with."""
    peer = context.session.peer
    if peer is None:
        raise NoSuchNick("You had no private word with anybody yet. /msg NICK TEXT begins one.")
    await _whisper(context, _called(context.chat.state, peer), text)


def _called(state: State, peer: str) -> str:
    """The nick of somebody who is here, or the name of an account whose owner is not."""
    other = state.owners.get(peer) or state.users.get(peer)
    if other is not None:
        return other.nick
    name = state.owned.name_of(peer)
    if name is None:
        raise NoSuchNick("They have gone. /msg NICK TEXT begins another private word.")
    return name.shown


async def _whisper(context: Context, nick: str, text: str) -> None:
    whispered = await context.chat.whisper(context.session, nick, text)
    if whispered.absent:
        context.tell(f"{whispered.to} is not here and gets that on coming back.", "absent")
        return
    to = context.chat.named(whispered.to)
    if to.away is not None:
        context.tell(f"{to.nick} is away" + (f": {to.away}" if to.away else "."), "away")

"""Talking: /me, /msg, /reply, /say."""

from collections.abc import Callable

from twistedchat.commands.registry import Context, command
from twistedchat.core.chat import Done, Outcome
from twistedchat.core.errors import ChatError, NoSuchNick
from twistedchat.core.users import Session


@command("me", arguments="ACTION...", family="talk", speaks=True, help="Act: * ada waves.")
async def me(context: Context, action: str) -> None:
    """Act in the current room."""
    _speak(context, context.chat.emote, action)


@command("say", arguments="TEXT...", family="talk", speaks=True, help="Say a line as it stands.")
async def say(context: Context, text: str) -> None:
    """Say a line in the current room, also one that begins with a slash."""
    _speak(context, context.chat.say, text)


def _speak(
    context: Context, verb: Callable[[Session, str | None, str, Done], None], text: str
) -> None:
    def done(outcome: Outcome) -> None:
        if isinstance(outcome, ChatError):
            context.tell(str(outcome), outcome.code)

    verb(context.session, context.session.current, text, done)


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
    await _whisper(context, peer, text)


async def _whisper(context: Context, nick: str, text: str) -> None:
    whispered = await context.chat.whisper(context.session, nick, text)
    to = context.chat.named(whispered.to)
    if to.away is not None:
        context.tell(f"{to.nick} is away" + (f": {to.away}" if to.away else "."), "away")

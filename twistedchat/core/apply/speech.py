"""What somebody may say in a room, and when."""

from math import ceil

from twistedchat.core.durations import spell
from twistedchat.core.errors import Filtered, Moderated, Muted, SlowMode
from twistedchat.core.rooms import Member, Room
from twistedchat.core.rules import filtered_word
from twistedchat.core.users import User


def check(room: Room, member: Member, text: str, at: float) -> None:
    """Whether a member who is no operator may say this now, and that they do.

    Raises:
        ChatError: they may not; the sentence says when or how they may.
    """
    user = member.user
    if room.mutes:
        _check_mute(room, user, at)
    # Server operators are bound by none of the rest.
    if not room.guarded or user.operator:
        return
    check_words(room, member, text)
    if room.rules.slow and not member.voiced:
        _check_pace(room, user, at)
        room.remember_spoke(user, at)


def check_words(room: Room, member: Member, text: str) -> None:
    """Whether a member has a voice, and may use these words.

    Raises:
        Moderated: they have none.
        Filtered: they may not.
    """
    if not _has_voice(room, member):
        raise Moderated(
            f"#{room.name.shown} is moderated: only operators and who was given a voice speak."
            " Ask one of its operators for one."
        )
    word = None if member.operator else filtered_word(room.rules, text)
    if word is not None:
        raise Filtered(f'"{word}" can\'t be said in #{room.name.shown}. Say it in other words.')


def reason_in(room: Room, user: User, reason: str, at: float) -> str:
    """A reason for leaving as far as it may be said in a room: it is speech."""
    member = room.members[user.id]
    if room.mute_on(user, at) is not None or not _has_voice(room, member):
        return ""
    return "" if not member.operator and filtered_word(room.rules, reason) else reason


def _has_voice(room: Room, member: Member) -> bool:
    return not room.rules.moderated or member.operator or member.voiced or member.user.operator


def _check_mute(room: Room, user: User, at: float) -> None:
    mute = room.mute_on(user, at)
    if mute is not None:
        raise Muted(f"{mute.by} muted you in #{room.name.shown}{mute.told(at)}")


def _check_pace(room: Room, user: User, at: float) -> None:
    wait = ceil(room.wait_of(user, at))
    if wait > 0:
        error = SlowMode(
            f"#{room.name.shown} is in slow mode: wait {wait} s, then say it again."
            f" There is one message in {spell(room.rules.slow)} for each."
        )
        error.carried = {"wait": wait}
        raise error

"""Objects from the server, each taken to where it belongs."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from twistedchat.client.echoes import is_told
from twistedchat.client.items import Draft, Happened, Remark, Request, Settled, Tone
from twistedchat.client.profile import Ending
from twistedchat.client.rooms import RoomView, key
from twistedchat.client.text import same_text
from twistedchat.client.welcome import close_gap
from twistedchat.core import events

if TYPE_CHECKING:
    from twistedchat.client.conversation import Conversation

#: Reasons for closing after which a reconnection would be against somebody's will.
FINAL = frozenset({"bye", "killed", "idle", "replaced"})


def receive(talk: "Conversation", obj: Request) -> None:
    """Take in one object; of unknown ones only events are kept, for programs."""
    kind = obj.get("type")
    act = _ACTS.get(kind) if isinstance(kind, str) else None
    if act is not None:
        act(talk, obj)
    elif "msgid" in obj:
        _event(talk, obj)


def _event(talk: "Conversation", obj: Request) -> None:
    before = talk.nick
    item = talk.hearing.live(obj, partial(is_told, talk))
    if not isinstance(item, Happened):
        return
    talk.rooms.apply(item.event)
    _follow_self(talk, item, before)


def _follow_self(talk: "Conversation", item: Happened, nick: str) -> None:
    match item.event:
        case events.Renamed() if item.event.old == nick:
            talk.hearing.nick = item.event.nick
        case events.Said() if item.own:
            _heard_own(talk, item.event)
        case events.Joined() if item.own:
            _drawn_in(talk, item.event.room)
        case events.Parted() | events.Kicked() if item.event.nick == nick:
            talk.rooms.remove(item.event.room)
        case _:
            pass


def _heard_own(talk: "Conversation", event: events.Said) -> None:
    for draft in talk.drafts.under_way:
        same_room = key(draft.room) == key(event.room)
        if draft.keep and not draft.heard and same_room and same_text(draft.text, event.text):
            draft.heard = True
            return


def _drawn_in(talk: "Conversation", name: str) -> None:
    """The person is in a room not asked for here: another device, or a typed command, did it."""
    if talk.rooms.find(name) is not None or talk.is_joining(name):
        return
    room = talk.rooms.add(name)
    room.enter(talk.nick)
    talk.ask({"type": "who", "room": f"#{name}"}, partial(_members, room))
    talk.ask({"type": "topic", "room": f"#{name}"}, partial(_topic, room))


def _members(room: RoomView, reply: Request) -> None:
    if reply.get("type") == "ok":
        room.add_members(reply.get("members") or [], afresh=True)
        room.count = int(reply.get("count") or len(room.members))


def _topic(room: RoomView, reply: Request) -> None:
    if reply.get("type") == "ok":
        topic = reply.get("topic") or ""
        room.topic = str(topic.get("text", "") if isinstance(topic, dict) else topic)


def _reply(talk: "Conversation", obj: Request) -> None:
    draft = talk.drafts.answered(obj.get("id"))
    waiting = talk.replies.reply_for(obj.get("id"))
    if draft is not None:
        _settle(talk, draft, obj)
    elif waiting is not None:
        waiting(obj)
    elif obj.get("type") == "error":
        talk.show(Remark(str(obj.get("text", "")), Tone.ERROR, obj))


def _settle(talk: "Conversation", draft: Draft, reply: Request) -> None:
    if reply.get("type") == "error":
        reason = str(reply.get("text") or reply.get("code") or "It was refused.")
        talk.show(Settled(draft, reason, answered=True))
        return
    talk.show(Settled(draft))
    room = str(reply.get("room") or "") if draft.request.get("type") == "command" else ""
    if room and key(room) != key(draft.room):
        # In a busy room the event of joining it may come later than this.
        _drawn_in(talk, room.removeprefix("#"))
        talk.rooms.switch(room)


def _notice(talk: "Conversation", obj: Request) -> None:
    talk.show(Remark(str(obj.get("text", "")), Tone.SERVER, obj))


def _missed(talk: "Conversation", obj: Request) -> None:
    objs, room = obj.get("events") or [], obj.get("room")
    if room is None:
        talk.hearing.private(objs)
        return
    talk.hearing.gather(str(room), objs, complete=bool(obj.get("complete", True)))
    if obj.get("last", True):
        close_gap(talk, str(room))


def _part(talk: "Conversation", obj: Request) -> None:
    take = talk.replies.part_for(obj.get("id"))
    if take is not None:
        take(obj)


def _read(talk: "Conversation", obj: Request) -> None:
    """Another program on this device has shown a room to the person."""
    room = talk.rooms.find(str(obj.get("room") or ""))
    if room is not None:
        room.read_elsewhere(str(obj.get("msgid") or ""))


def _closing(talk: "Conversation", obj: Request) -> None:
    code, text = str(obj.get("code", "")), str(obj.get("text", ""))
    if code in FINAL:
        talk.ending = Ending(code, text)
    else:
        talk.show(Remark(text, Tone.SERVER, obj))


def _ping(talk: "Conversation", _obj: Request) -> None:
    talk.send({"type": "pong"})


def _nothing(_talk: "Conversation", _obj: Request) -> None:
    """Nothing to do: that the object came is all that matters."""


_ACTS: dict[str, Callable[["Conversation", Request], None]] = {
    "welcome": _reply,
    "ok": _reply,
    "error": _reply,
    "notice": _notice,
    "missed": _missed,
    "read": _read,
    "export": _part,
    "closing": _closing,
    "ping": _ping,
    "pong": _nothing,
}

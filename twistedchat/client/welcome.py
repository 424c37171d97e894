"""The reply to ``hello``, and how rooms are entered: the first time, and again after an outage."""

from functools import partial
from typing import TYPE_CHECKING, Any

from twistedchat.client.gaps import PAGE, Gap
from twistedchat.client.items import Draft, Happened, Remark, Request, Settled, Tone
from twistedchat.client.profile import CommandInfo, Ending
from twistedchat.client.rooms import RoomView, key
from twistedchat.client.text import same_text
from twistedchat.core import events

if TYPE_CHECKING:
    from twistedchat.client.conversation import Conversation

#: Refusals of ``hello`` that another connection may escape.
PASSING = frozenset({"shutting-down", "failed", "too-fast", "too-many", "full", "try-later"})

#: Refusals of a name and password.
LOG_IN_REFUSED = frozenset({"bad-login", "not-allowed", "try-later"})

NOT_FOUND = "The connection broke before the server answered, and the room does not show it."


def describe(room: RoomView) -> str:
    """A room in a few words."""
    people = f"{room.count} {'person' if room.count == 1 else 'people'}"
    topic = f", topic: {room.topic}" if room.topic else ""
    return f"#{room.name} ({people}{topic})"


def whereabouts(states: list[dict[str, Any]], here: str, me: str) -> str:
    """In which rooms one is, and with whom in the one that one talks in."""
    if not states:
        return "in no room; /join ROOM goes to one"
    current = next((one for one in states if key(str(one["name"])) == key(here)), states[0])
    others = ", ".join(str(state["name"]) for state in states if state is not current)
    return f"{_company(current, me)}{others and f'; also in {others}'}"


def _company(state: dict[str, Any], me: str) -> str:
    nicks = [str(member["nick"]) for member in state.get("members") or []]
    others = [nick for nick in nicks if nick != me]
    count = max(int(state.get("count") or 0) - 1, len(others))
    match count, others:
        case 0, _:
            return f"alone in {state['name']}"
        case 1, [one]:
            return f"in {state['name']} with {one}"
        case 2, [one, other]:
            return f"in {state['name']} with {one} and {other}"
        case _, [one, *_]:
            return f"in {state['name']} with {one} and {count - 1} others"
        case _:
            return f"in {state['name']} with {count} others"


class Welcome:
    """What a reply to ``hello`` does to the conversation."""

    def __init__(self, conversation: "Conversation") -> None:
        self._talk = conversation
        # Only then does the server send what was missed by itself.
        self._resuming = bool(conversation.token and conversation.hearing.last)

    def answered(self, reply: Request) -> None:
        """The server answered ``hello``."""
        if reply.get("type") == "welcome":
            self._welcomed(reply)
        else:
            self._refused(str(reply.get("code", "")), str(reply.get("text", "")))

    def entered(self, state: dict[str, Any]) -> None:
        """The person is in a room that was asked for by name."""
        room = self._talk.rooms.add(str(state["name"]))
        room.update(state)
        self._talk.arrivals.enter(room, state)
        self._talk.switch(room.name)

    def moved(self, states: list[dict[str, Any]]) -> None:
        """The person is another user from now on, in these rooms."""
        self._enter_all(states, first=False, resumed=False, moved=True)

    def _refused(self, code: str, text: str) -> None:
        identity = self._talk.identity
        if code in LOG_IN_REFUSED and identity.claims and not self._talk.profile.insists:
            identity.refused()
            self._talk.remark(f"{text} You come in as a guest; /login tries again.", Tone.ERROR)
            self._talk.connected()
            return
        if code in ("bad-nick", "nick-taken"):
            spare = self._talk.profile.spare
            if spare and self._talk.nick != spare:
                self._talk.rename(spare)
                return
            self._talk.asks_nick = True
        if code in PASSING or self._talk.asks_nick:
            self._talk.remark(text, Tone.ERROR)
        else:
            self._talk.ending = Ending(code, text)

    def _welcomed(self, reply: Request) -> None:
        talk = self._talk
        first = talk.welcomes == 0
        talk.online, talk.token = True, str(reply.get("token") or "")
        talk.welcomes += 1
        talk.hearing.nick = str(reply["nick"])
        talk.identity.welcomed(reply)
        limits = reply.get("limits") or {}
        talk.line_limit = int(limits.get("line") or 0)
        talk.set_pace(float(limits.get("rate") or 0), float(limits.get("burst") or 1))
        talk.commands = tuple(_command(entry) for entry in reply.get("commands") or [])
        states = reply.get("rooms") or []
        self._greet(reply, first=first)
        self._enter_all(states, first=first, resumed=bool(reply.get("resumed")))
        if first and talk.profile.rooms:
            talk.rooms.switch(talk.profile.rooms[0])
        self._settle_without_gap()

    def _greet(self, reply: Request, *, first: bool) -> None:
        talk = self._talk
        where = whereabouts(reply.get("rooms") or [], self._here(first=first), talk.nick)
        server = str((reply.get("server") or {}).get("name") or "the server")
        again, hint = ("", " /help lists the commands.") if first else ("again ", "")
        talk.remark(f"Connected {again}to {server}. You are {talk.nick}, {where}.{hint}")
        if reply.get("wanted"):
            why, what = "is taken", "/nick changes it"
            if reply.get("owned"):
                why, what = "belongs to an account", "/login if it is yours"
            talk.remark(f"{reply['wanted']} {why}, so you are {talk.nick}. {what}.")
        for refused in reply.get("refused") or []:
            talk.show(Remark(str(refused.get("text", "")), Tone.ERROR, refused=True))
        for line in (reply.get("motd") or []) if first else []:
            talk.remark(str(line), Tone.SERVER)

    def _here(self, *, first: bool) -> str:
        """The room that one talks in, if the server has it among one's rooms."""
        if first:
            return (self._talk.profile.rooms or ("",))[0]
        return self._talk.rooms.current.name if self._talk.rooms.current else ""

    def _enter_all(
        self, states: list[dict[str, Any]], *, first: bool, resumed: bool, moved: bool = False
    ) -> None:
        rooms = self._talk.rooms
        rooms.keep_only({key(str(state["name"])) for state in states})
        for state in states:
            known = rooms.find(str(state["name"]))
            room = rooms.add(str(state["name"]))
            room.update(state)
            if resumed and self._resuming:
                self._talk.hearing.open_gap(room.name)
            elif first or known is None:
                self._talk.arrivals.enter(room, state)
            else:
                self._next_page(self._talk.hearing.open_gap(room.name))
            if moved and known is not None:
                self._talk.arrivals.log_in(room, state)

    def _next_page(self, gap: Gap) -> None:
        request: Request = {"type": "history", "room": f"#{gap.room}", "limit": PAGE}
        if gap.newest:
            request["after"] = gap.newest
        self._talk.ask(request, partial(self._page, gap))

    def _page(self, gap: Gap, reply: Request) -> None:
        page = reply.get("events") or []
        complete = bool(reply.get("complete", False)) or not gap.after
        self._talk.hearing.gather(gap.room, page, complete=complete)
        if gap.wants_page(more=bool(page and reply.get("more"))):
            self._next_page(gap)
        else:
            close_gap(self._talk, gap.room)

    def _settle_without_gap(self) -> None:
        for draft in list(self._talk.doubtful):
            if not self._talk.hearing.has_gap(draft.room):
                self._talk.doubtful.remove(draft)
                self._talk.show(Settled(draft, NOT_FOUND, doubtful=True))


def close_gap(talk: "Conversation", room: str) -> None:
    """A room's past is known: show it, and see which lines in doubt it holds."""
    past = [item for item in talk.hearing.close_gap(room) if item.own]
    for draft in [draft for draft in talk.doubtful if key(draft.room) == key(room)]:
        talk.doubtful.remove(draft)
        found = next((item for item in past if _is(item, draft)), None)
        if found is None:
            talk.show(Settled(draft, NOT_FOUND, doubtful=True))
        else:
            past.remove(found)
            talk.show(Settled(draft))


def _is(item: Happened, draft: Draft) -> bool:
    return isinstance(item.event, events.Said) and same_text(item.event.text, draft.text)


def _command(entry: dict[str, Any]) -> CommandInfo:
    aliases = tuple(str(alias) for alias in entry.get("aliases") or [])
    return CommandInfo(str(entry["name"]), aliases, str(entry.get("usage") or ""))

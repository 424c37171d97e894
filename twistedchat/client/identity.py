"""Who the person is to the server: registering, logging in and out, with what proves it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from twistedchat.client.items import Request, Tone
from twistedchat.client.wary import Wary
from twistedchat.client.welcome import Welcome, whereabouts

if TYPE_CHECKING:
    from twistedchat.client.conversation import Conversation

NO_CONNECTION = "There is no connection just now."

#: Refusals after which another password may be the right one, or good enough.
ASKED_AGAIN = frozenset({"bad-login", "bad-password"})

Again = Callable[[], None]


def _nothing() -> None:
    """Nothing is asked again."""


class Identity:
    """What proves who somebody is, kept for the next connection and shown to nobody.

    Attributes:
        account: the name that the person logs in to, or "".
        wanted: the nick that was asked for and belongs to an account, or "".
        last: the name that the person logged in to last, or tried to; it may be "".
        wary: holds back a line that may be a password.
        known: whether the server has one logged in to an account now.
        secure: whether nobody on the way can read along, as the server sees it.
    """

    def __init__(self, talk: "Conversation") -> None:
        self._talk = talk
        self.account = talk.profile.account
        self._password = talk.profile.password
        self.last = self.account
        self.wary = Wary()
        self.wanted = ""
        self.known = False
        self.secure = True

    @property
    def claims(self) -> Request:
        """What ``hello`` says of it."""
        if not (self.account and self._password):
            return {}
        return {"account": self.account, "password": self._password}

    def forget(self) -> None:
        """Be a guest from the next connection on."""
        self.last = self.account or self.last
        self.account = self._password = ""

    def refused(self) -> None:
        """The server did not take what ``hello`` said; the person may type it again anywhere."""
        self.wary.sent(self._password)
        self.forget()

    def welcomed(self, reply: Request) -> None:
        """Take in what the welcome says of it."""
        self.known = bool(reply.get("account"))
        self.secure = bool(reply.get("secure", True))
        self.wanted = str(reply.get("wanted") or "") if reply.get("owned") else ""

    def log_in(self, account: str, password: str, again: Again = _nothing) -> None:
        """Prove to be the owner of a name; ``again`` is called if the password is refused."""
        self.last = account
        request: Request = {"type": "login", "account": account, "password": password}
        self._prove(request, partial(self._logged_in, account, password), again)

    def _logged_in(self, account: str, password: str, reply: Request) -> None:
        self.account, self._password, self.wanted = account, password, ""
        self._enter(reply)
        self._talk.remark(f"You are logged in as {reply.get('account')}, {self._where(reply)}.")

    def log_out(self) -> None:
        """Go on as a guest."""
        self._ask({"type": "logout"}, self._logged_out)

    def _logged_out(self, reply: Request) -> None:
        self.forget()
        self._enter(reply)
        self._talk.remark(f"You are logged out, and a guest called {reply.get('nick')}.")

    def register(self, password: str, again: Again = _nothing) -> None:
        """Make the nick one's own."""
        request: Request = {"type": "register", "password": password}
        self._prove(request, partial(self._registered, password), again)

    def _registered(self, password: str, reply: Request) -> None:
        self.account, self._password = str(reply.get("account")), password
        self.known = True
        self._talk.remark(
            f"{self.account} is yours now. Next time /login {self.account} proves that it is you."
        )

    def change_password(self, old: str, new: str, again: Again = _nothing) -> None:
        """Take another password."""
        request: Request = {"type": "passwd", "old": old, "new": new}
        self._prove(request, partial(self._changed, new), again)

    def _changed(self, new: str, _: Request) -> None:
        if self.account:
            self._password = new
        self._talk.remark("Your password is changed. The old one is of no use any more.")

    def erase(self, proof: str, again: Again = _nothing) -> None:
        """Have the server forget the account and everything it has said."""
        self._prove({"type": "forget", "password": proof}, self._erased, again)

    def _erased(self, reply: Request) -> None:
        self.forget()
        self.known = False
        self._talk.marks.lost()
        self._talk.hearing.nick = str(reply.get("nick") or self._talk.nick)
        text = "Your account is erased, and so is what you said."
        self._talk.remark(f"{text} You are a guest called {self._talk.nick} now.")

    def _prove(self, request: Request, done: Callable[[Request], None], again: Again) -> None:
        """Ask for what takes a password."""
        self.wary.sent(*(str(request.get(name, "")) for name in ("password", "old", "new")))

        def taken(reply: Request) -> None:
            self.wary.taken()
            done(reply)

        self._ask(request, taken, again)

    def _ask(
        self, request: Request, done: Callable[[Request], None], again: Again = _nothing
    ) -> None:
        if not self._talk.online:
            self._talk.remark(NO_CONNECTION, Tone.ERROR)
            return

        def replied(reply: Request) -> None:
            if reply.get("type") == "error":
                self._talk.remark(str(reply.get("text", "")), Tone.ERROR)
                if reply.get("code") in ASKED_AGAIN:
                    again()
            else:
                done(reply)

        self._talk.ask(request, replied)

    def _enter(self, reply: Request) -> None:
        """The session may be another user's now, in other rooms."""
        self.known = bool(reply.get("account"))
        self._talk.marks.lost()
        self._talk.hearing.nick = str(reply["nick"])
        self._talk.token = str(reply.get("token") or "")
        Welcome(self._talk).moved(reply.get("rooms") or [])

    def _where(self, reply: Request) -> str:
        current = self._talk.rooms.current
        here = current.name if current else ""
        return whereabouts(reply.get("rooms") or [], here, self._talk.nick)

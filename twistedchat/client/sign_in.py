"""/register, /login, /logout, /passwd and /forget: passwords are asked for without showing them."""

from collections.abc import Callable

from twistedchat.client.around import Teller
from twistedchat.client.conversation import Conversation
from twistedchat.client.items import Tone

READABLE = "This connection is not encrypted: others on the way can read the password."
NO_CONNECTION = "There is no connection just now."
DIFFERENT = "The two differ, and nothing was done."
ERASES = (
    "Your account goes, its name is free again, and all that you have said in rooms and in private"
    " is erased. It cannot be taken back; /export FILE keeps a copy of it first."
)
NOTHING = "Nothing was entered, and nothing was done."

Then = Callable[[str], None]


class SignIn:
    """Asks for passwords and hands them to the conversation.

    Args:
        desk: where the person sits.
        conversation: what is said and heard.
    """

    def __init__(self, desk: Teller, conversation: Conversation) -> None:
        self._desk = desk
        self._talk = conversation
        self._identity = conversation.identity

    def register(self, rest: str) -> None:
        """Make the nick one's own."""
        if self._ready():
            question = f"Choose a password for {self._talk.nick}: "
            self._given_or_new(rest, question, self._register)

    def _register(self, password: str) -> None:
        self._identity.register(password, lambda: self.register(""))

    def log_in(self, rest: str) -> None:
        """Prove to be somebody: the one named, or whose nick was asked for."""
        name, _, password = rest.partition(" ")
        name = name or self._identity.wanted or self._identity.account
        if password.strip():
            self._log_in(name, password.strip())
        elif self._ready():
            if name:
                self._ask_password(name)
            else:
                self._ask_name()

    def _ask_name(self) -> None:
        last = self._identity.last
        default = f" (empty: {last})" if last else ""
        named = self._filled(lambda given: self._ask_password(given.strip()))
        self._desk.ask(f"Log in to which nick{default}? ", lambda given: named(given or last))

    def _ask_password(self, name: str) -> None:
        prove = self._filled(lambda given: self._log_in(name, given))
        self._hidden(f"Password for {name}: ", prove)

    def _log_in(self, name: str, password: str) -> None:
        self._identity.log_in(name, password, lambda: self._ask_password(name))

    def log_out(self, _rest: str) -> None:
        """Go on as a guest."""
        self._identity.log_out()

    def change(self, rest: str) -> None:
        """Take another password."""
        old, _, new = rest.partition(" ")
        if not self._ready():
            return
        if old:
            self._choose(old, new.strip())
        else:
            choose = self._filled(lambda given: self._choose(given, ""))
            self._hidden("Your old password: ", choose)

    def erase(self, _rest: str) -> None:
        """Have everything about oneself erased."""
        if not self._identity.known:
            self._desk.tell("You are a guest: nothing of you is stored.", Tone.ERROR)
        elif self._ready():
            self._desk.tell(ERASES)
            self._ask_proof()

    def _ask_proof(self) -> None:
        question = f"Password, to erase {self._talk.nick} (empty: don't): "
        erase = self._filled(lambda given: self._identity.erase(given, self._ask_proof))
        self._hidden(question, erase)

    def _choose(self, old: str, new: str) -> None:
        def change(chosen: str) -> None:
            self._identity.change_password(old, chosen, lambda: self.change(""))

        self._given_or_new(new, "Your new password: ", change)

    def _given_or_new(self, given: str, question: str, then: Then) -> None:
        """Go on with a password that was typed, or one asked for twice."""
        if given:
            then(given)
            return

        def again(first: str) -> None:
            def compare(second: str) -> None:
                if first == second:
                    then(first)
                else:
                    self._identity.wary.sent(first, second)
                    self._desk.tell(DIFFERENT, Tone.ERROR)

            self._hidden("The same once more: ", compare)

        self._hidden(question, self._filled(again))

    def _filled(self, then: Then) -> Then:
        """Go on, unless nothing was entered."""

        def answered(given: str) -> None:
            if given:
                then(given)
            else:
                self._desk.tell(NOTHING)

        return answered

    def _hidden(self, question: str, answered: Then) -> None:
        self._desk.ask(question, answered, hidden=True)

    def _ready(self) -> bool:
        if not self._talk.online:
            self._desk.tell(NO_CONNECTION, Tone.ERROR)
        elif not self._identity.secure:
            self._desk.tell(READABLE, Tone.ERROR)
        return self._talk.online

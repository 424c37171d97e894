from typing import Any

import pytest

from twistedchat.client.items import Tone
from twistedchat.client.sign_in import SignIn


class Desk:
    def __init__(self) -> None:
        self.told: list[str] = []
        self.questions: list[tuple[str, Any]] = []
        self.hidden: list[bool] = []

    def tell(self, text: str, tone: Tone = Tone.CLIENT) -> None:
        self.told.append(text)

    def ask(self, question: str, answered: Any, *, hidden: bool = False) -> None:
        self.questions.append((question, answered))
        self.hidden.append(hidden)

    def answer(self, text: str) -> None:
        self.questions.pop(0)[1](text)

    @property
    def asked(self) -> str:
        [(question, _)] = self.questions
        return question


class Case:
    def __init__(self, script: Any) -> None:
        self.script, self.desk = script, Desk()
        self.sign_in = SignIn(self.desk, script.talk)
        script.connect()

    def sent(self) -> list[dict[str, Any]]:
        return [
            {name: value for name, value in one.items() if name != "id"}
            for one in self.script.pump()
        ]

    def reply(self, **reply: Any) -> None:
        """The server answers the one request that was sent."""
        [request] = self.script.pump()
        self.script.give({"id": request["id"], **reply})


@pytest.fixture
def case(script: Any) -> Case:
    return Case(script)


def test_a_log_in_asks_for_the_password(case: Case) -> None:
    """Of the one who is named."""
    case.sign_in.log_in("grace")
    assert case.desk.asked == "Password for grace: "
    case.desk.answer("correct horse")
    assert case.sent() == [{"type": "login", "account": "grace", "password": "correct horse"}]


def test_the_name_may_be_known(case: Case) -> None:
    """As the one that was wanted, or that one was logged in to before."""
    case.script.talk.identity.wanted = "ada"
    case.sign_in.log_in("")
    assert case.desk.asked == "Password for ada: "


def test_a_name_that_is_not_known_is_asked_for(case: Case) -> None:
    """Before the password; without one, nothing is done."""
    case.sign_in.log_in("")
    assert case.desk.asked == "Log in to which nick? "
    case.desk.answer("")
    assert case.desk.told == ["Nothing was entered, and nothing was done."]
    case.sign_in.log_in("")
    case.desk.answer(" grace ")
    assert case.desk.asked == "Password for grace: "
    case.desk.answer("correct horse")
    assert case.sent() == [{"type": "login", "account": "grace", "password": "correct horse"}]


def test_after_a_log_out_the_last_name_is_offered(case: Case) -> None:
    """What is typed next is an answer, not said."""
    case.sign_in.log_in("tina correct horse")
    case.reply(type="ok", nick="tina", account="tina", rooms=[])
    case.sign_in.log_out("")
    case.reply(type="ok", nick="tina2", account=None, rooms=[])
    case.sign_in.log_in("")
    assert case.desk.asked == "Log in to which nick (empty: tina)? "
    case.desk.answer("")
    assert case.desk.asked == "Password for tina: "
    assert case.desk.hidden == [False, True]


def test_a_refused_password_is_asked_for_again(case: Case) -> None:
    """Hidden, and as often as it takes; entering nothing ends it."""
    case.sign_in.log_in("tina wrong")
    for _ in range(2):
        case.reply(type="error", code="bad-login", text="No.")
        assert case.desk.asked == "Password for tina: "
        case.desk.answer("wrong as well")
    case.reply(type="error", code="bad-login", text="No.")
    case.desk.answer("")
    assert case.sent() == []
    assert all(case.desk.hidden)


def test_what_another_password_does_not_help_is_not_asked_again(case: Case) -> None:
    """The sentence says when to try again."""
    case.sign_in.log_in("tina wrong")
    case.reply(type="error", code="try-later", text="In a minute.")
    assert not case.desk.questions


def test_a_password_that_is_too_short_is_asked_for_again(case: Case) -> None:
    """Both of them, if it was to be another one."""
    case.sign_in.register("abc")
    case.reply(type="error", code="bad-password", text="Too short.")
    assert case.desk.asked == "Choose a password for ada: "
    case.desk.questions.clear()
    case.sign_in.change("old new")
    case.reply(type="error", code="bad-password", text="Too short.")
    assert case.desk.asked == "Your old password: "
    case.desk.questions.clear()
    case.script.talk.identity.known = True
    case.sign_in.erase("")
    case.desk.answer("wrong")
    case.reply(type="error", code="bad-login", text="No.")
    assert case.desk.asked.startswith("Password, to erase ada ")


def test_a_password_on_the_line_is_taken(case: Case) -> None:
    """It has been typed already."""
    case.sign_in.log_in("grace correct horse")
    assert case.sent()[0]["password"] == "correct horse"
    case.sign_in.register("correct horse")
    assert case.sent() == [{"type": "register", "password": "correct horse"}]
    case.sign_in.change("old new password")
    assert case.sent() == [{"type": "passwd", "old": "old", "new": "new password"}]


def test_a_new_password_is_asked_for_twice(case: Case) -> None:
    """What differs is not sent."""
    case.sign_in.register("")
    case.desk.answer("correct horse")
    assert case.desk.asked == "The same once more: "
    case.desk.answer("corect horse")
    assert case.desk.told == ["The two differ, and nothing was done."]
    assert case.script.talk.identity.wary.suspects("corect horse")
    case.sign_in.register("")
    case.desk.answer("correct horse")
    case.desk.answer("correct horse")
    assert case.sent() == [{"type": "register", "password": "correct horse"}]


def test_another_password_needs_the_old_one(case: Case) -> None:
    """Asked for first."""
    case.sign_in.change("")
    assert case.desk.asked == "Your old password: "
    case.desk.answer("old one")
    case.desk.answer("new one")
    case.desk.answer("new one")
    assert case.sent() == [{"type": "passwd", "old": "old one", "new": "new one"}]


@pytest.mark.parametrize("act", ["register", "log_in", "change"])
def test_nothing_entered_is_nothing_done(case: Case, act: str) -> None:
    """As with Ctrl-C."""
    getattr(case.sign_in, act)("ada" if act == "log_in" else "")
    case.desk.answer("")
    assert case.desk.told == ["Nothing was entered, and nothing was done."]
    assert case.sent() == []


@pytest.mark.parametrize("act", ["register", "log_in", "change"])
def test_a_warning_comes_before_the_question(case: Case, act: str) -> None:
    """Where others can read along."""
    case.script.talk.identity.secure = False
    getattr(case.sign_in, act)("ada" if act == "log_in" else "")
    assert case.desk.told == [
        "This connection is not encrypted: others on the way can read the password."
    ]
    assert case.desk.questions


def test_without_a_connection_nothing_is_asked(case: Case) -> None:
    """The password would have to wait somewhere."""
    case.script.break_off()
    case.sign_in.register("")
    case.sign_in.log_in("ada")
    assert case.desk.told == ["There is no connection just now."] * 2
    assert not case.desk.questions


def test_log_out(case: Case) -> None:
    """Needs no password."""
    case.sign_in.log_out("")
    assert case.sent() == [{"type": "logout"}]


def test_whoever_erases_an_account_is_asked_for_its_password(case: Case) -> None:
    """After being told what goes; entering nothing keeps everything."""
    case.script.talk.identity.known = True
    case.sign_in.erase("")
    assert "cannot be taken back" in case.desk.told[0]
    assert case.desk.asked.startswith("Password, to erase ada ")
    case.desk.answer("")
    assert case.sent() == []
    case.sign_in.erase("")
    case.desk.answer("correct horse")
    assert case.sent() == [{"type": "forget", "password": "correct horse"}]


def test_a_guest_has_nothing_to_erase(case: Case) -> None:
    """Nothing is asked."""
    case.sign_in.erase("")
    assert case.desk.told == ["You are a guest: nothing of you is stored."]
    assert not case.desk.questions

"""/room role, and what /op means in a room that lasts."""

import pytest

from twistedchat.commands.roles import NAMES_IN_LINE, USAGE
from twistedchat.core.names import prepare_nick
from twistedchat.core.roles import Role


@pytest.fixture
def owned(chat, ada, bob):
    """#lobby belongs to ada; bob has an account as well."""
    for person, account in ((ada, "A"), (bob, "B")):
        user = person.session.user
        chat.state.owned.give(prepare_nick(user.nick), account)
        chat.state.set_account(user, account)
    ada.type("/room register")
    bob.hears()
    return chat.state.rooms["lobby"]


def test_a_role_is_given_and_listed(ada, bob, owned):
    """By their names, the mightiest first."""
    assert ada.type("/room role bob voiced") == []
    assert bob.hears() == ["RoleChanged"]
    assert bob.type("/room role") == ["Owner: ada", "Voiced: bob"]
    assert ada.type("/room role bob none") == []
    assert bob.type("/room role") == ["Owner: ada"]


def test_a_long_list_has_several_lines(chat, ada, owned):
    """None is too long for a screen."""
    owned.roles.update({f"x{number}": Role.MEMBER for number in range(NAMES_IN_LINE + 1)})
    told = ada.type("/room role")
    assert told[0] == "Owner: ada"
    assert [line.count("somebody") for line in told] == [0, NAMES_IN_LINE, 1]


def test_where_there_is_none(ada):
    """How to give one."""
    assert ada.type("/room role") == [f"Nobody has a role in #lobby. {USAGE}"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/room role bob", f"bad-arguments: {USAGE}"),
        ("/room role bob member now", f"bad-arguments: {USAGE}"),
        ("/room role bob king", "bad-arguments: There is no role king. There are: owner, "),
        ("/room role nemo member", "no-such-nick: Nobody here is called nemo, and no account"),
        ("/room role ada none", "not-allowed: ada is the founder of #lobby."),
    ],
)
def test_what_is_refused(ada, bob, owned, line, says):
    """The sentence says what to do."""
    assert ada.type(line)[0].startswith(says)


def test_others_give_none(ada, bob, owned):
    """Neither members nor, of those above them, operators."""
    assert bob.type("/room role bob operator")[0].startswith("not-allowed: Only operators of")
    ada.type("/op bob")
    assert owned.roles["B"] is Role.OPERATOR
    assert bob.type("/room role ada none")[0].startswith("not-allowed: ")
    assert bob.type("/deop ada")[0].startswith("not-allowed: ada has a role in #lobby that lasts.")


def test_voices_are_seen(ada, bob, owned, arrive):
    """With a + in /who."""
    arrive("eve", "lobby")
    ada.type("/room role eve voiced")
    assert bob.type("/who") == ["In #lobby, 3 people:", "@ada, bob, +eve"]

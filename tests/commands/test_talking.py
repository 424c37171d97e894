"""/me, /msg, /reply, /say."""

from twistedchat.core.intents import Register
from twistedchat.core.names import prepare_nick


def test_me_and_say(ada, bob):
    """Others hear it; a slash may be said."""
    assert ada.type("/me waves") == []
    assert ada.type("/say /quit is a command") == []
    assert bob.hears()[-2:] == ["Emoted", "Said"]
    said = list(ada.chat.state.rooms["lobby"].history)
    assert [one.text for one in said] == ["waves", "/quit is a command"]


def test_what_cannot_be_said(ada, bob):
    """Is refused once, with the reason."""
    assert ada.type("/me") == ["bad-arguments: Write it like this: /me ACTION"]
    assert ada.type("/me \u200b")[0].startswith("empty: ")
    assert ada.type("/say " + "x" * 2001)[0].startswith("too-long: ")
    ada.type("/mute bob")
    assert bob.type("/me waves")[0].startswith("muted: ")
    ada.type("/part")
    assert ada.type("/say hi")[0].startswith("not-in-room: You are in no room.")


def test_msg_and_reply(ada, bob):
    """Reply goes to whom one last had a word with, either way."""
    assert ada.type("/reply hi")[0].startswith("no-such-nick: You had no private word")
    assert ada.type("/msg BOB psst") == []
    assert bob.hears()[-1] == "Whispered"
    assert bob.type("/r yes") == []
    assert ada.hears()[-2:] == ["Whispered", "Whispered"]
    assert ada.type("/reply no") == []
    assert ada.type("/msg eve psst")[0].startswith("no-such-nick: ")


def test_msg_to_somebody_away(ada, bob):
    """The sender is told, with the reason if there is one."""
    bob.type("/away")
    assert ada.type("/msg bob psst") == ["bob is away."]
    bob.type("/away lunch")
    assert ada.type("/msg bob psst") == ["bob is away: lunch"]


def test_a_reply_goes_to_the_person_and_not_to_the_nick(ada, bob):
    """Whoever takes the nick of somebody who changed it, or has gone, gets nothing."""
    bob.type("/msg ada psst")
    bob.type("/nick robert")
    assert ada.type("/reply yes") == []
    assert bob.hears()[-1] == "Whispered"
    ada.chat.disconnect(bob.session, "")
    assert ada.type("/reply still there?")[0].startswith("no-such-nick: They have gone.")


def test_msg_to_an_account_whose_owner_is_not_here(ada, bob):
    """It waits; nothing does on a server that keeps nothing, or of a guest."""
    chat = ada.chat
    chat.state.owned.give(prepare_nick("zoe"), "Z")
    assert ada.type("/msg zoe psst")[0].startswith("not-allowed: zoe is not here, and nothing")
    chat.gate.keeps = True
    assert "only who has an account" in ada.type("/msg zoe psst")[0]
    chat.bus.publish(Register(ada.session.user.id, "A", prepare_nick("ada")), "", 0)
    assert ada.type("/msg ZOE psst") == ["zoe is not here and gets that on coming back."]
    assert ada.type("/reply more") == ["zoe is not here and gets that on coming back."]
    chat.state.owned.take_back("Z")
    assert ada.type("/reply more")[0].startswith("no-such-nick: They have gone.")


def test_a_reply_finds_an_account_under_another_nick(ada, bob):
    """Its owner may have gone and come in between."""
    chat = ada.chat
    chat.bus.publish(Register(bob.session.user.id, "B", prepare_nick("bob")), "", 0)
    bob.type("/msg ada psst")
    bob.type("/nick robert")
    assert ada.type("/reply yes") == []
    assert bob.hears()[-1] == "Whispered"

"""/me, /msg, /reply, /say."""


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

"""/nick, /whois, /away, /back, /ignore, /unignore, /seen."""


def test_nick(ada, bob):
    """Others hear of it; what is taken is refused with one that is free."""
    assert ada.type("/nick eve") == []
    assert bob.hears()[-1] == "Renamed"
    assert ada.type("/nick eve") == ["You are eve already."]
    assert ada.type("/nick Eve") == []
    assert ada.type("/nick bob")[0].startswith(
        "nick-taken: bob is taken. Choose another nick: bob2"
    )
    assert ada.type("/nick a,b")[0].startswith("bad-nick: ")


def test_whois(chat, ada, bob, arrive):
    """What everybody may know, and the address for server operators only."""
    chat.clock.advance(90)
    bob.type("/away lunch")
    assert ada.type("/whois BOB") == [
        "bob, from cloak, in #lobby.",
        "bob is here for 1 minute 30 seconds, silent for 1 minute 30 seconds.",
        "bob is away: lunch",
    ]
    bob.type("/away")
    ada.type("/oper ada secret")
    assert ada.type("/whois bob")[-2:] == ["bob is away.", "bob's address is 192.0.2.1."]
    assert bob.type("/whois ada")[0] == "ada, a server operator, from cloak, in #lobby."
    arrive("eve")
    assert ada.type("/whois eve")[0] == "eve, from cloak, in no room."
    assert ada.type("/whois zoe")[0].startswith("no-such-nick: ")


def test_whois_tells_of_connections(chat, ada, bob):
    """The program, how many, and that the last one broke."""
    bob.session.user.client = "tester 1"
    bob.session.user.sessions.add("another")
    assert ', uses "tester 1", with 2 connections.' in ada.type("/whois bob")[1]
    bob.session.user.sessions.discard("another")
    chat.disconnect(bob.session, "lost", lingers=True)
    assert ", and has just lost the connection." in ada.type("/whois bob")[1]


def test_away_and_back(ada, bob):
    """Said once."""
    assert ada.type("/back") == ["You were not away."]
    assert ada.type("/away lunch") == ["You are away. /back when you return."]
    assert ada.session.user.away == "lunch"
    assert ada.type("/back") == ["Welcome back."]
    assert bob.hears()[-2:] == ["WentAway", "CameBack"]


def test_ignore(chat, ada, bob):
    """By whatever nick they take; listed; ended."""
    assert ada.type("/ignore") == ["You ignore nobody. /ignore NICK begins it."]
    assert ada.type("/ignore BOB") == ["You hear no more of bob. /unignore bob ends it."]
    bob.type("/nick eve")
    ada.hears()
    bob.type("/say hi")
    bob.type("/msg ada psst")
    assert ada.hears() == []
    assert ada.type("/ignore") == ["You ignore: bob"]
    assert ada.type("/unignore eve") == ["You hear eve again."]
    bob.type("/say hi")
    assert ada.hears() == ["Said"]
    assert ada.type("/ignore zoe")[0].startswith("no-such-nick: ")


def test_unignore_somebody_who_is_heard(ada, bob):
    """Says so."""
    assert ada.type("/unignore bob")[0].startswith("no-such-nick: You do not ignore bob.")


def test_seen(chat, ada, bob):
    """Here, gone, or never."""
    chat.clock.advance(60)
    assert ada.type("/seen BOB") == ["bob is here, silent for 1 minute."]
    run_away(chat, bob)
    chat.clock.advance(3600)
    assert ada.type("/seen bob") == ["bob was here 1 hour ago."]
    assert ada.type("/seen zoe") == ["no-such-nick: Nobody called zoe was here lately."]


def run_away(chat, person):
    """Leave for good."""
    chat.disconnect(person.session, "bye")

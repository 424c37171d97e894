"""Rooms as clients of IRC see them."""

import re
from dataclasses import replace

from twistedchat.testing_accounts import cheap_passwords


def without_cloak(lines):
    return [re.sub(r"!~u@\w+", "", line) for line in lines]


def test_join_shows_topic_and_people(client):
    """In the order in which clients expect it."""
    ada = client("ada", "lobby")
    assert without_cloak(ada.ask("TOPIC #lobby :ship it")) == [":ada TOPIC #lobby :ship it"]
    bob = client("bob")
    joined = without_cloak(bob.ask("JOIN #lobby"))
    assert joined[0] == ":bob JOIN #lobby"
    assert joined[1] == "332 bob #lobby :ship it"
    assert joined[2].startswith("333 bob #lobby ada 18000000")
    assert joined[3:] == [
        "353 bob = #lobby :@ada bob",
        "366 bob #lobby :End of /NAMES list",
    ]
    assert without_cloak(ada.read()) == [":bob JOIN #lobby"]
    assert bob.ask("JOIN #lobby") == []


def test_several_rooms_and_none(client):
    """A list, and ``0`` for leaving all."""
    ada = client("ada")
    assert ada.codes("JOIN #a,#b,#a") == ["JOIN", "353", "366"] * 2
    assert ada.codes("JOIN x", "JOIN #", "JOIN #a!b") == ["403", "476", "476"]
    assert without_cloak(ada.ask("JOIN 0")) == [":ada PART #a", ":ada PART #b"]


def test_part_says_why(client):
    """To the client itself and to the others, once."""
    ada, bob = client("ada", "lobby"), client("bob", "lobby")
    ada.read()
    told = [":bob PART #lobby :so long"]
    assert without_cloak(bob.ask("PART #lobby :so long")) == told
    assert without_cloak(ada.read()) == told
    assert bob.codes("PART #lobby", "PART #nowhere") == ["442", "442"]


def test_topic(client):
    """Shown, and that there is none."""
    ada, bob = client("ada", "lobby"), client("bob")
    assert ada.ask("TOPIC #lobby") == ["331 ada #lobby :No topic is set"]
    assert bob.codes("TOPIC #lobby :x", "TOPIC #nowhere") == ["442", "403"]
    ada.ask("TOPIC #lobby :ship it")
    assert bob.codes("TOPIC #lobby") == ["332", "333"]


def test_names_by_capability(client):
    """All signs, and all of the source, for who asked for it."""
    ada = client("ada", "lobby", caps="multi-prefix userhost-in-names")
    client("bob", "lobby")
    [names, end] = [line for line in ada.ask("NAMES #lobby") if line[:3] in ("353", "366")]
    assert re.fullmatch(r"353 ada = #lobby :@ada!~u@\w+ bob!~u@\w+", names)
    assert end == "366 ada #lobby :End of /NAMES list"
    assert ada.codes("NAMES #nowhere", "NAMES") == ["366", "366"]


def test_many_names_are_many_lines(client):
    """None too long, and nobody left out."""
    ada = client("ada", "lobby")
    nicks = {f"someone-with-a-long-nick-{n:02}" for n in range(40)}
    for nick in nicks:
        client(nick, "lobby", address=f"10.0.0.{nick[-2:]}")
    ada.read()
    lines = ada.ask("NAMES #lobby")
    assert len(lines) > 3
    assert all(len(line) < 500 for line in lines)
    found = {nick for line in lines[:-1] for nick in line.split(":")[1].split()}
    assert found == nicks | {"@ada"}


def test_modes_of_a_room(client):
    """Shown, changed, refused, and listed."""
    ada, bob = client("ada", "ops"), client("bob", "ops")
    ada.read()
    assert ada.ask("MODE #ops") == ["324 ada #ops +n"]
    assert without_cloak(ada.ask("MODE #ops +m")) == [":ada MODE #ops +m"]
    assert without_cloak(bob.read()) == [":ada MODE #ops +m"]
    assert bob.codes("MODE #ops -m", "MODE #ops +Q", "MODE #ops +k") == ["482", "472", "696"]
    assert without_cloak(ada.ask("MODE #ops +v bob")) == [":ada MODE #ops +v-qo bob bob bob"]
    assert without_cloak(ada.ask("MODE #ops +o bob")) == [":ada MODE #ops +o bob"]
    assert ada.ask("MODE #ops") == ["324 ada #ops +mn"]
    assert ada.ask("MODE #ops +n") == []
    assert ada.codes("MODE #ops -n", "MODE #ops +o eve") == ["400", "401"]
    assert ada.codes("MODE #nowhere") == ["403"]


def test_bans(client):
    """A mask keeps out; the list says whose it is."""
    ada, bob = client("ada", "ops"), client("bob")
    assert without_cloak(ada.ask("MODE #ops +b bob*!*@*")) == [":ada MODE #ops +b bob*!*@*"]
    [ban, end] = ada.ask("MODE #ops b")
    assert re.fullmatch(r"367 ada #ops bob\*!\*@\* ada \d+", ban)
    assert end.startswith("368 ada #ops :")
    assert bob.codes("JOIN #ops", "MODE #ops b") == ["474", "442"]
    assert without_cloak(ada.ask("MODE #ops -b bob*!*@*")) == [":ada MODE #ops -b bob*!*@*"]
    assert bob.codes("JOIN #ops")[0] == "JOIN"
    ada.read()
    assert without_cloak(ada.ask("MODE #ops +b m:bob")) == [":ada MODE #ops +b m:bob"]
    assert bob.codes("PRIVMSG #ops :hi")[-1] == "404"
    assert ada.ask("MODE #ops +b")[0].startswith("367 ada #ops m:bob ada ")


def test_kick_and_invite(client):
    """The others see it, and so does whom it meets."""
    ada, bob = client("ada", "ops"), client("bob", "ops")
    ada.read()
    kicked = ":ada KICK #ops bob :go away"
    assert without_cloak(ada.ask("KICK #ops bob :go away")) == [kicked]
    assert without_cloak(bob.read()) == [kicked]
    ada.ask("MODE #ops +i")
    assert bob.codes("JOIN #ops") == ["473"]
    assert ada.ask("INVITE bob #ops") == ["341 ada bob #ops"]
    assert without_cloak(bob.read()) == [":ada INVITE bob #ops"]
    assert bob.codes("JOIN #ops")[0] == "JOIN"
    assert bob.codes("KICK #ops ada", "INVITE eve #ops") == ["482", "401"]


def test_list(client):
    """All that everybody may know of, or those that are named."""
    ada = client("ada", "ops", "lobby")
    ada.ask("TOPIC #ops :ship it")
    assert ada.ask("LIST") == [
        "321 ada Channel :Users  Name",
        "322 ada #lobby 1 :",
        "322 ada #ops 1 :ship it",
        "323 ada :End of LIST",
    ]
    assert ada.ask("LIST #ops,#nowhere")[1:-1] == ["322 ada #ops 1 :ship it"]
    ada.ask("MODE #ops +s")
    bob = client("bob")
    assert bob.codes("LIST", "LIST #ops") == ["321", "322", "323", "321", "323"]


def test_fifty_rooms_at_once_lose_nothing(house, client):
    """A client that joins on connect and asks for modes and people of each is served."""
    ada = client("ada")
    ada.send(*(f"JOIN #r{n}" for n in range(50)))
    ada.send(*(line for n in range(50) for line in (f"MODE #r{n}", f"WHO #r{n}")))
    house.pass_time(40)
    codes = [line.split()[0 if line[0] != ":" else 1] for line in ada.read()]
    assert codes.count("JOIN") == codes.count("324") == codes.count("315") == 50


def test_a_key_and_other_ways_to_keep_out(house, client):
    """A room with a password lets in who knows it, and tells nobody what it is."""
    house.chat.hashing = cheap_passwords(house.chat)
    ada, bob = client("ada", "ops"), client("bob")
    assert without_cloak(ada.ask("MODE #ops +k sesame")) == [":ada MODE #ops +k *"]
    assert ada.ask("MODE #ops") == ["324 ada #ops +kn *"]
    assert bob.ask("MODE #ops") == ["324 bob #ops +kn"]
    assert bob.codes("JOIN #ops", "JOIN #ops wrong1") == ["475", "475"]
    assert bob.codes("JOIN #ops sesame")[0] == "JOIN"
    ada.read()
    assert without_cloak(ada.ask("MODE #ops -k")) == [":ada MODE #ops -k *"]


def test_bounds(house, client):
    """Of rooms and of bans; the sentence says which."""
    house.chat.state.limits = replace(house.config.limits, rooms=2, bans=1)
    ada = client("ada", "a", "b")
    assert ada.ask("JOIN #c")[0].startswith("405 ada #c :You are in 2 rooms")
    ada.ask("MODE #a +b bob")
    assert ada.ask("MODE #a +b eve")[0].startswith("478 ada #a b :The room has as many bans")


def test_a_room_that_lasts_says_since_when(house, client):
    """And that no mode makes it otherwise."""
    house.chat.make_permanent(["lobby"])
    ada = client("ada", "lobby")
    assert ada.ask("MODE #lobby") == ["324 ada #lobby +Pn", "329 ada #lobby 1800000000"]
    assert ada.codes("MODE #lobby b", "MODE #lobby I") == ["368", "347"]

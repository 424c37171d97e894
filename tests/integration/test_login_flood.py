"""200 wrong log-ins at once: talk goes on, memory is bounded, and the right owners get in."""

import json
import re
import select

import pytest

pytestmark = pytest.mark.integration

FLOOD = 200
ROUNDS = 10
GOOD = "correct horse"
# What two hashes at once take, and what argon2 leaves with its threads, with room to spare.
MIB_MORE = 400


def register(visit, server, nick):
    """Somebody who has an account and has left."""
    owner = visit(server, nick)
    owner.say(f"/register {GOOD}")
    owner.hear(f"{nick} is yours now")
    owner.say("/quit")
    owner.rest()


def ask(peer, **request):
    peer.say(json.dumps(request))


def reply(peer):
    """The reply to a request, behind what happened before it."""
    while (told := json.loads(peer.hear("\n")))["type"] not in ("ok", "error"):
        pass
    return told


def program(visit, server):
    """A program in no room, which hears nothing but its replies."""
    peer = visit(server)
    ask(peer, type="hello", id=0, nick="bot", rooms=[])
    told = peer.hear('"type":"welcome"') + peer.hear("\n")
    assert "token" in told
    return peer


def unanswered(flood):
    """How many of them have not been told anything."""
    ready, _, _ = select.select([one.socket for one in flood], [], [], 0)
    return len(flood) - len(ready)


def test_talk_goes_on_and_owners_get_in(serve, visit):
    """While as many as that wait for their answer; half of them try one owner's own name."""
    server = serve()
    for nick in ("ada", "grace"):
        register(visit, server, nick)
    speaker, witness = visit(server, "speaker"), visit(server, "witness")
    before = server.memory
    flood = [program(visit, server) for _ in range(FLOOD)]
    for number, one in enumerate(flood):
        account = "ada" if number % 2 else f"name{number}"
        ask(one, type="login", id=1, account=account, password=f"wrong-{number}")
    waiting = []
    for number in range(ROUNDS):
        speaker.say(f"round {number}")
        witness.hear(f"<speaker> round {number}")
        waiting.append(unanswered(flood))
    assert waiting[-1] > 0, "All were answered before the last line was heard."
    grace = visit(server, "grace")
    grace.say(f"/login grace {GOOD}")
    grace.hear("You are logged in as grace")
    codes = {reply(one)["code"] for one in flood}
    assert codes == {"bad-login", "try-later"}
    assert server.memory < before + MIB_MORE
    assert gets_in(program(visit, server))


def gets_in(owner):
    """Try the right password as often as needed, and wait as long as the server says."""
    for _ in range(10):
        ask(owner, type="login", id=1, account="ada", password=GOOD)
        told = reply(owner)
        if told["type"] == "ok":
            return told["account"] == "ada"
        assert told["code"] == "try-later"
        assert re.search(rf"Try again in {told['wait']} second", told["text"])
        select.select([], [], [], told["wait"])
    return False

"""Nobody is ever cut off without a word: the reason arrives before the connection ends."""

import json
import selectors
import signal

import pytest

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
TLS = "--tls=tcp:0:interface=127.0.0.1"


@pytest.fixture
def everybody(start):
    """nc, telnet and openssl, connected and greeted."""

    def connect(server):
        lines, tls = server.ports
        clients = [
            start("nc", HOST, lines),
            start("telnet", HOST, lines),
            start("openssl", "s_client", "-quiet", "-connect", f"{HOST}:{tls}"),
        ]
        for client in clients:
            client.hear("What is your nickname?")
        return clients

    return connect


def test_who_says_nothing_is_told_why_the_door_closes(serve, everybody):
    """After login-seconds, in every client."""
    server = serve(TLS, "--limit=login-seconds=1")
    for client in everybody(server):
        client.hear("You did not choose a nickname in time. Connect again.")


def test_programs_are_told_in_their_own_words(serve, visit):
    """A JSON object with the reason is the last line."""
    server = serve("--limit=login-seconds=1")
    program = visit(server)
    program.say('{"type":"ping"}')
    closing = json.loads(program.rest().splitlines()[-1])
    assert (closing["type"], closing["code"]) == ("closing", "timeout")


def test_who_is_idle_for_too_long_is_told(serve, visit):
    """With idle-seconds; the others go when it is their turn."""
    server = serve("--limit=idle-seconds=1")
    with selectors.DefaultSelector() as closing:
        for number in range(10):
            peer = visit(server, f"guest{number}")
            peer.say("/set quiet on", "/version")
            peer.hear("runs twistedchat")
            closing.register(peer.socket, selectors.EVENT_READ, peer)
        ((key, _), *_) = closing.select(timeout=20)
    assert "You said nothing for 1 second. Come back any time." in key.data.rest()


def test_one_too_many_is_told(serve, everybody, start):
    """The newcomer reads that the server is full; nobody else is disturbed."""
    server = serve(TLS, "--limit=connections=3")
    nc, *_ = everybody(server)
    late = start("nc", "-N", HOST, server.port)
    late.hear("*** The server is full. Try again later.")
    nc.say("ada")
    nc.hear("Hello ada.")
    assert "limit connections" in server.output


def test_everybody_is_told_that_the_server_stops(serve, everybody, client):
    """SIGTERM: the same sentence for all, and an end within 5 seconds."""
    server = serve(TLS)
    clients = everybody(server)
    own = client(f"{HOST}:{server.port}", "--nick", "own", "--follow", "--json")
    own.say("hello")
    own.hear('"hello"')
    server.terminate()
    for one in clients:
        one.hear("*** The server is shutting down. Come back later.")
    own.hear('"shutting-down"')
    # Twisted ends itself with the signal that it got, as a program should.
    assert server.ends() in (0, -signal.SIGTERM)
    assert "Traceback" not in server.output


def test_whoever_leaves_in_the_middle_is_seen_to_go(serve, start, visit):
    """A client that is killed is gone for the others, with what it had said delivered."""
    server = serve()
    witness = visit(server, "witness")
    nc = start("nc", HOST, server.port)
    nc.say("ada", "last words")
    witness.hear("<ada> last words")
    nc.process.kill()
    witness.hear("ada has gone: Connection")

"""Who reads slowly gets all they asked for, inside TLS or not, and nobody else notices."""

import re
import socket
import ssl
import time

import pytest

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
LINES, QUESTIONS = 100, 8
SLOWLY = 4096, 0.001


@pytest.fixture
def server(serve):
    return serve("--tls=tcp:0:interface=127.0.0.1", "--limit=rate=0", "--limit=outbox=16384")


@pytest.fixture
def slow(server, ending):
    """Somebody with small buffers and a nick."""

    def come(tls):
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(20)
        reader.connect((HOST, server.ports[tls]))
        if tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            reader = context.wrap_socket(reader)
        ending.callback(reader.close)
        return reader

    return come


def read_slowly(reader, between):
    size, pause = SLOWLY
    heard = b""
    while data := reader.recv(size):
        heard += data
        # A slow reader is what is tested.
        time.sleep(pause)
        between()
    return heard.decode()


@pytest.mark.parametrize("tls", [False, True])
def test_everything_that_was_asked_for_arrives_in_order(server, visit, slow, tls):
    """Megabytes through an outbox of 16 kB, with what others say meanwhile in its place."""
    talker, witness = visit(server, "talker"), visit(server, "witness")
    talker.say(*(f"{number} {'x' * 1900}" for number in range(LINES)))
    witness.hear(f"<talker> {LINES - 1} ")
    reader = slow(tls)
    questions = "/history 500\n" * QUESTIONS
    reader.sendall(f"reader\n{questions}last words\n/quit\n".encode())
    if not tls:
        reader.shutdown(socket.SHUT_WR)
    witness.hear("reader joined")
    delays, said = [], []

    def between():
        if len(said) < 20:
            asked = time.monotonic()
            talker.say(f"meanwhile {len(said)}")
            witness.hear(f"meanwhile {len(said)}")
            delays.append(time.monotonic() - asked)
            said.append(asked)

    heard = read_slowly(reader, between)
    earlier = [int(number) for number in re.findall(r"<talker> (\d+) x{1900}\n", heard)]
    # Whoever comes is shown the last lines unasked.
    shown, asked = earlier[: -LINES * QUESTIONS], earlier[-LINES * QUESTIONS :]
    assert asked == [*range(LINES)] * QUESTIONS
    assert shown == [*range(LINES)][-len(shown) :]
    # None of them came in the middle of a reply.
    live = re.sub(r"(?s)\*\*\* Earlier in .*?\*\*\* End of [^\n]*\n", "", heard)
    numbers = re.findall(r"<talker> meanwhile (\d+)\n", live)
    assert numbers == [str(number) for number in range(20)]
    assert heard.endswith("*** Goodbye.\n")
    witness.hear("<reader> last words")
    assert sorted(delays)[10] < 0.05
    assert "Dropped" not in server.output
    assert "Slow turn" not in server.output

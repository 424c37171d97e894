"""telnet(1) negotiates where it is asked to, and nobody else ever sees a byte of it."""

import os
import pty
import select
import termios

import pytest

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
TELNET = "--telnet=tcp:0:interface=127.0.0.1"


@pytest.fixture
def terminal(start, ending):
    """Start telnet(1) in a terminal of its own; what is typed goes in there."""

    class Typing:
        def __init__(self, port):
            ours, theirs = pty.openpty()
            self.typed = os.fdopen(ours, "wb", buffering=0)
            ending.callback(self.typed.close)
            # Only its input is a terminal: that is what the options are about.
            self.program = start("telnet", HOST, port, stdin=theirs)
            os.close(theirs)

        def type(self, line):
            self.typed.write(line.encode() + b"\r")

        def hear(self, *texts):
            return self.program.hear(*texts)

        @property
        def shown(self):
            """Whether the terminal shows what is typed."""
            return bool(termios.tcgetattr(self.typed)[3] & termios.ECHO)

    return Typing


def test_telnet_on_its_own_door(serve, terminal):
    """Negotiation starts at once: the terminal is known, and nicks are coloured."""
    server = serve(TELNET)
    ada = terminal(server.ports[1])
    ada.hear("What is your nickname?")
    ada.type("ada")
    ada.hear("Hello ada.")
    ada.type("/set")
    ada.hear("theme is dark")


def test_telnet_when_asked_for(serve, terminal, wait):
    """On a door for everybody /telnet starts it; before, telnet is a line like any other."""
    server = serve()
    ada = terminal(server.port)
    ada.hear("What is your nickname?")
    ada.type("ada")
    ada.hear("Hello ada.")
    ada.type("/set")
    ada.hear("theme is none")
    ada.type("/telnet")

    def known():
        ada.type("/set theme")
        return "theme is dark" in ada.program.output

    ada.hear("Negotiating")
    wait(known)


def test_passwords_are_not_shown(serve, terminal, wait):
    """From the question until all is answered; the terminal itself is asked."""
    server = serve(TELNET)
    ada = terminal(server.ports[1])
    ada.hear("What is your nickname?")
    assert ada.shown
    ada.type("ada")
    ada.hear("Hello ada.")
    ada.type("/register")
    ada.hear("not shown while you type")
    wait(lambda: not ada.shown)
    ada.type("correct horse")
    ada.hear("The same once more:")
    assert not ada.shown
    ada.type("correct horse")
    ada.hear("ada is yours now.")
    wait(lambda: ada.shown)
    ada.type("hello")
    ada.type("/history 1")
    ada.hear("Earlier in #lobby:", "hello", "End of 1 line")


def test_nc_never_sees_telnet_commands(serve, start):
    """Not a byte 255 on the door for everybody."""
    nc = start("nc", "-N", HOST, serve().port)
    nc.say("ada", "/help", "/quit")
    nc.hear("*** Goodbye.")
    assert b"\xff" not in nc.transcript.read_bytes()


@pytest.mark.parametrize("reactor", ["asyncio", "epoll" if hasattr(select, "epoll") else "kqueue"])
def test_every_reactor_runs_the_server(serve, start, client, reactor):
    """twistd's choice of reactor is respected, and every door works on it."""
    server = serve("--tls=tcp:0:interface=127.0.0.1", twistd=[f"--reactor={reactor}"])
    lines, tls = server.ports
    assert f"{reactor}reactor" in server.output.lower()
    nc = start("nc", HOST, lines)
    nc.say("ada")
    nc.hear("Hello ada.")
    inside = start("openssl", "s_client", "-quiet", "-connect", f"{HOST}:{tls}")
    inside.say("bob", "over TLS")
    nc.hear("<bob> over TLS")
    program = client(f"{HOST}:{lines}", "--nick", "own")
    program.say("from a script")
    program.process.stdin.close()
    nc.hear("<own> from a script")
    assert program.ends() == 0
    server.terminate()
    nc.hear("shutting down")
    server.ends()
    assert "Traceback" not in server.output

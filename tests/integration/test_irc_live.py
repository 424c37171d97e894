"""Real clients of IRC in one room with nc: what each says the others see."""

import re
import sys

import pytest

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
IRC = "--irc=tcp:0:interface=127.0.0.1"

# Twisted's own client: it greets, and repeats what it is told in private.
BOT = """
import sys
from twisted.internet import protocol, reactor
from twisted.words.protocols import irc

class Bot(irc.IRCClient):
    nickname = "bot"
    def signedOn(self):
        self.join("ops")
    def joined(self, channel):
        print("joined", channel, flush=True)
        self.say(channel, "hello from the bot")
        self.describe(channel, "waves")
    def irc_RPL_NAMREPLY(self, prefix, params):
        print("names", params[-1], flush=True)
    def privmsg(self, user, channel, message):
        print("heard", user.split("!")[0], channel, message, flush=True)
        if channel == self.nickname:
            self.msg(user.split("!")[0], "you said " + message)
    def action(self, user, channel, data):
        print("saw", user.split("!")[0], channel, data, flush=True)
    def userRenamed(self, old, new):
        print("renamed", old, new, flush=True)
    def topicUpdated(self, user, channel, topic):
        print("topic", user, channel, topic, flush=True)
    def kickedFrom(self, channel, kicker, message):
        print("kicked", channel, kicker, message, flush=True)

factory = protocol.ClientFactory.forProtocol(Bot)
reactor.connectTCP("127.0.0.1", int(sys.argv[1]), factory)
reactor.run()
"""


@pytest.fixture
def server(serve):
    return serve(IRC)


@pytest.fixture
def person(server, visit):
    """Somebody with nc, who runs a room."""
    ada = visit(server, "ada")
    ada.say("/join ops")
    ada.hear("*** You are now talking in #ops")
    return ada


def test_twisteds_own_client(server, person, start):
    """Unchanged: talk, actions, private messages, nicks, topics, kicks."""
    bot = start(sys.executable, "-c", BOT, server.ports[1])
    bot.hear("joined #ops", "names @ada bot")
    person.hear("*** bot joined #ops.")
    person.hear("<bot> hello from the bot")
    person.hear("* bot waves")
    person.say("hi bot", "/me nods", "/msg bot psst")
    bot.hear("heard ada #ops hi bot", "saw ada #ops nods", "heard ada bot psst")
    person.hear("bot -> you: you said psst")
    person.say("/topic ship it", "/nick countess", "/kick bot go away")
    bot.hear("topic ada #ops ship it", "renamed ada countess", "kicked #ops countess go away")


def test_ii(server, person, start, tmp_path, wait):
    """A client of files: what is written into one is said."""
    start("ii", "-s", HOST, "-p", server.ports[1], "-n", "iibot", "-i", tmp_path / "ii")
    home = tmp_path / "ii" / HOST

    def write(path, line):
        wait(path.exists)
        path.write_text(f"{line}\n")

    write(home / "in", "/j #ops")
    person.hear("*** iibot joined #ops.")
    write(home / "#ops/in", "hello from ii")
    person.hear("<iibot> hello from ii")
    person.say("hi ii", "/msg iibot psst")
    shown, private = home / "#ops/out", home / "ada/out"
    wait(lambda: "<ada> hi ii" in shown.read_text())
    wait(lambda: private.exists() and "<ada> psst" in private.read_text())
    write(home / "ada/in", "what")
    person.hear("iibot -> you: what")
    write(home / "#ops/in", "/t a topic of ii")
    person.hear("changed the topic of #ops to: a topic of ii")
    write(home / "in", "/n ii2")
    person.hear("*** iibot is now known as ii2.")


@pytest.fixture
def weechat(server, start, tmp_path, wait, clean_environment):
    """WeeChat without a screen: commands go in by its FIFO, what is shown is in its logs."""
    home = tmp_path / "weechat"
    run = [f"/server add here {HOST}/{server.ports[1]} -nossl -nicks=wee -username=wee",
           "/set irc.server_default.ssl off", "/set irc.server_default.tls off",
           "/set logger.file.flush_delay 0", "/set irc.server_default.anti_flood_prio_high 0",
           "/set irc.server_default.anti_flood_prio_low 0", "/connect here"]  # fmt: skip
    arguments = [part for command in run for part in ("-r", command)]
    start("weechat-headless", "--dir", home, *arguments, env=clean_environment)

    class WeeChat:
        def do(self, command, buffer="core.weechat"):
            [pipe] = wait(lambda: list(home.glob("weechat_fifo_*")))
            with pipe.open("a") as fifo:
                fifo.write(f"{buffer} *{command}\n")

        def log(self, name):
            found = list(home.glob(f"logs/irc.{name}.weechatlog"))
            return found[0].read_text("utf-8", "replace") if found else ""

        def hear(self, name, *texts):
            wait(lambda: all(text in self.log(name) for text in texts), lambda: self.log(name))

    return WeeChat()


def test_weechat(server, person, weechat):
    """Talk, actions, private messages, topics, kicks, each on both screens."""
    weechat.hear("server.here", "Welcome to")
    weechat.do("/join #ops", "irc.server.here")
    person.hear("*** wee joined #ops.")
    room = "irc.here.#ops"
    weechat.hear("here.#ops", "has joined #ops", "1 op,")
    weechat.do("hello from weechat", room)
    person.hear("<wee> hello from weechat")
    weechat.do("/me waves", room)
    person.hear("* wee waves")
    person.say("hi \u00fc wee", "/me nods", "/msg wee psst", "/topic ship it", "/nick countess")
    weechat.hear("here.#ops", "ada\thi \u00fc wee", "ada nods", "ship it", "countess")
    weechat.hear("here.ada", "psst")
    weechat.do("/whois countess", "irc.server.here")
    weechat.hear("server.here", "[countess]")
    person.say("/kick wee go away")
    weechat.hear("here.#ops", "go away")


def test_irssi(server, person, start, tmp_path, terminal):
    """The same, on a terminal."""
    home = tmp_path / "irssi"
    home.mkdir()
    # It sends as fast as a test wants it to.
    (home / "config").write_text(
        'settings = { "fe-text" = { paste_verify_line_count = "0"; };'
        ' "irc/core" = { cmd_queue_speed = "10msec"; cmds_max_at_once = "50"; }; };\n'
    )
    irssi = terminal("irssi", "--home", home, "-c", HOST, "-p", server.ports[1], "-n", "irs")
    irssi.hear("Welcome to")
    irssi.type("/join #ops")
    person.hear("*** irs joined #ops.")
    irssi.type("hello from irssi")
    person.hear("<irs> hello from irssi")
    irssi.type("/me waves")
    person.hear("* irs waves")
    person.say("hi \u00fc irssi", "/me nods", "/topic ship it")
    irssi.hear("hi \u00fc irssi")
    irssi.hear("nods")
    irssi.hear("changed the topic of #ops to: ship it")
    irssi.type("/msg ada psst")
    person.hear("irs -> you: psst")
    irssi.type("/quit so long")
    person.hear("*** irs has gone: so long")


@pytest.fixture
def terminal(program_path, ending, wait, clean_environment):
    """Start a program in a terminal of its own, and read its screen as it is drawn."""
    import os
    import pty
    import select
    import subprocess

    drawn = re.compile(r"\x1b(\[[0-9;?]*[a-zA-Z]|\([B0]|[=>])|[\x0e\x0f]")

    class Screen:
        def __init__(self, program, *arguments):
            ours, theirs = pty.openpty()
            command = [program_path(program), *map(str, arguments)]
            environment = clean_environment | {"TERM": "vt100", "COLUMNS": "200", "LINES": "40"}
            self.process = subprocess.Popen(
                command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment,
                start_new_session=True,
            )  # fmt: skip
            os.close(theirs)
            self.terminal, self.seen = ours, b""
            ending.callback(os.close, ours)
            ending.callback(self.process.wait)
            ending.callback(self.process.kill)

        def type(self, line):
            os.write(self.terminal, line.encode() + b"\r")

        def text(self):
            while select.select([self.terminal], [], [], 0)[0]:
                try:
                    self.seen += os.read(self.terminal, 65536)
                except OSError:
                    break
            return re.sub(r"[\s\0]+", " ", drawn.sub("", self.seen.decode("utf-8", "replace")))

        def hear(self, text):
            wait(lambda: text in self.text(), lambda: self.text()[-2000:])

    return Screen

"""The main job: one command, and everybody's own client walks into the same room."""

import json

import pytest

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
TLS = "--tls=tcp:0:interface=127.0.0.1"
TELNET = "--telnet=tcp:0:interface=127.0.0.1"


def hello(visit, server, nick):
    """Somebody who speaks JSON lines."""
    program = visit(server)
    program.say(json.dumps({"type": "hello", "id": 0, "nick": nick}))
    program.hear('"type":"welcome"')
    return program


def test_every_client_is_in_the_same_room(serve, start, client, visit):
    """nc, telnet, openssl, the bundled client and JSON lines see each other's lines, in order."""
    server = serve(TLS)
    lines, tls = server.ports
    program = hello(visit, server, "json")
    people = {
        "nc": start("nc", HOST, lines),
        "tel": start("telnet", HOST, lines),
        "ssl": start("openssl", "s_client", "-quiet", "-connect", f"{HOST}:{tls}"),
        "own": client(f"{HOST}:{lines}", "--plain", "--nick", "own", "--follow"),
    }
    for nick in ("nc", "tel", "ssl"):
        people[nick].say(nick)
        people[nick].hear(f"Hello {nick}.")
    program.hear('"nick":"own"')
    said = []
    for number in range(4):
        for nick, person in people.items():
            person.say(f"{nick} {number}")
            said.append((nick, f"{nick} {number}"))
            program.hear(f'"text":"{nick} {number}"')
        program.say(json.dumps({"type": "say", "room": "#lobby", "text": f"json {number}"}))
        said.append(("json", f"json {number}"))
    for nick, person in people.items():
        shown = said if nick == "own" else [one for one in said if one[0] != nick]
        person.hear(*(f"<{who}> {text}" for who, text in shown))
    assert "Traceback" not in server.output


def test_nc_says_a_line_and_ends_by_itself(serve, start, visit):
    """End of input means: do what was said, say goodbye, close."""
    server = serve()
    witness = visit(server, "witness")
    nc = start("nc", "-N", HOST, server.port)
    nc.say("ada", "hello")
    nc.process.stdin.close()
    assert nc.ends() == 0
    nc.hear("Hello ada.", "*** Goodbye.")
    witness.hear("<ada> hello")
    witness.hear("ada has gone")


@pytest.mark.parametrize(
    ("program", "ends_with_its_input"),
    [
        (["nc", HOST, "{0}"], False),
        (["nc", "-N", HOST, "{0}"], False),
        (["telnet", HOST, "{0}"], False),
        (["telnet", HOST, "{1}"], False),
        (["openssl", "s_client", "-quiet", "-connect", HOST + ":{2}"], True),
    ],
    ids=["nc", "nc -N", "telnet", "telnet on its own door", "openssl"],
)
def test_quit_leaves_with_any_client(serve, start, visit, program, ends_with_its_input):
    """The line arrives, the goodbye comes before the end, and the client ends too."""
    server = serve(TELNET, TLS)
    witness = visit(server, "witness")
    running = start(*(part.format(*server.ports) for part in program))
    running.say("ada", "hello", "/quit")
    witness.hear("<ada> hello")
    witness.hear("ada has gone.")
    running.hear("Hello ada.", "*** Goodbye.")
    if ends_with_its_input:
        running.process.stdin.close()
    running.ends()


@pytest.mark.parametrize("program", ["nc", "openssl"])
def test_a_pipe_that_quits(serve, start, visit, program):
    """``printf ... | nc`` shows everything; telnet(1) is left out, it drops a pipe that ends."""
    server = serve(TLS)
    witness = visit(server, "witness")
    lines, tls = server.ports
    arguments = {
        "nc": [HOST, lines],
        "openssl": ["s_client", "-quiet", "-connect", f"{HOST}:{tls}"],
    }
    running = start(program, *arguments[program])
    running.say("ada", "hello", "/quit")
    running.process.stdin.close()
    witness.hear("<ada> hello")
    assert running.ends() == 0
    running.hear("Hello ada.", "*** Goodbye.")


def test_a_script_goes_where_it_wants(serve, start, visit):
    """Commands in a pipe are carried out in order, and the lines reach the right room."""
    server = serve()
    witness = visit(server, "witness")
    witness.say("/join ops")
    witness.hear("#ops")
    nc = start("nc", HOST, server.port)
    nc.say("ci", "/join ops", "deploy done", "/quit")
    nc.process.stdin.close()
    assert nc.ends() == 0
    witness.hear("<ci> deploy done")
    nc.hear("You are now talking in #ops", "*** Goodbye.")


def test_a_pipe_of_25_lines_arrives_in_order(serve, start, visit):
    """More than may come at once: none is lost, and the last ones need not wait for the end."""
    server = serve()
    witness = visit(server, "witness")
    nc = start("nc", "-N", HOST, server.port)
    nc.say("ada", *(f"line {number:02}" for number in range(25)))
    nc.process.stdin.close()
    for number in range(25):
        witness.hear(f"<ada> line {number:02}\n")
    assert nc.ends() == 0
    nc.hear("*** Goodbye.")


def test_25_lines_arrive_while_the_pipe_stays_open(serve, start, visit):
    """The person is told that they are too fast, once, and nothing is lost."""
    server = serve("--limit=rate=50")
    witness = visit(server, "witness")
    nc = start("nc", HOST, server.port)
    nc.say("ada", *(f"line {number:02}" for number in range(25)))
    for number in range(25):
        witness.hear(f"<ada> line {number:02}\n")
    assert nc.output.count("Slow down:") == 1


def test_a_paste_of_15_lines_goes_through_without_a_word(serve, start, visit):
    """That is what people do, and no flood."""
    server = serve()
    witness = visit(server, "witness")
    nc = start("nc", HOST, server.port)
    nc.say("ada")
    nc.hear("Hello ada.")
    nc.say(*(f"line {number:02}" for number in range(15)))
    for number in range(15):
        witness.hear(f"<ada> line {number:02}\n")
    nc.say("/version")
    assert nc.hear("runs twistedchat").count("***") == 4


def test_the_filter_says_its_input_and_ends_well(serve, client, visit):
    """``echo done | twistedchat``: exit code 0 once all was confirmed; commands are just text."""
    server = serve()
    witness = visit(server, "witness")
    filter_ = client(f"{HOST}:{server.port}", "--nick", "ci")
    filter_.say("done", "/usr/bin is a path", *(f"line {number:02}" for number in range(25)))
    filter_.process.stdin.close()
    witness.hear("<ci> done")
    witness.hear("<ci> /usr/bin is a path")
    for number in range(25):
        witness.hear(f"<ci> line {number:02}\n")
    assert (filter_.ends(), filter_.output) == (0, "")
    witness.hear("ci has gone")

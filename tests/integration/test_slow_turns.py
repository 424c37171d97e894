"""The real server notices that it did nothing else for too long, and says what it did."""

import re
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

# A server with one more command, which blocks it as no command should.
SERVER = """
import time
from twistedchat.commands.registry import command

@command("dawdle", family="comfort", help="Block the server.")
async def dawdle(context):
    # Nothing but a blocked thread shows that the watch finds one.
    time.sleep(0.3)
    context.tell("It is over.")

from twisted.scripts.twistd import run
run()
"""
LINE = re.compile(r"Slow turn.*")


@pytest.fixture(params=["epoll", "asyncio"])
def port(request, start, wait):
    twistd = ("-n", "--pidfile=", f"--reactor={request.param}")
    door = "--port=tcp:0:interface=127.0.0.1"
    server = start(sys.executable, "-c", SERVER, *twistd, "chat", "--data=memory", door)
    found = wait(lambda: re.search(r"Listening on 127\.0\.0\.1:(\d+) ", server.output))
    return server, int(found.group(1))


def test_a_command_that_blocks_is_found(port, visit, wait):
    """One line, though it is done three times, with its name, file and line."""
    server, number = port
    ada = visit(number, "ada")
    ada.say("/dawdle", "/dawdle", "/dawdle")
    for _ in range(3):
        ada.hear("It is over.")
    wait(lambda: LINE.search(server.output))
    (line,) = LINE.findall(server.output)
    took = int(re.search(r"(\d+) ms in dawdle \(<string>:8\)", line).group(1))
    assert took >= 290
    assert "called by" in line


def test_a_server_in_which_nothing_happens_sleeps(port, visit):
    """With somebody silent in it: once a second it looks for those who are gone, no more."""
    server, number = port
    visit(number, "ada")
    # There is no event to wait for: what is counted is that nothing happens, for two seconds.
    time.sleep(0.5)
    before = switches(server.process.pid)
    time.sleep(2)
    assert switches(server.process.pid) - before <= 40
    assert "Slow turn" not in server.output


def switches(process):
    """How often any of its threads has gone to sleep."""
    tasks = Path(f"/proc/{process}/task")
    if not tasks.exists():
        pytest.skip("This system does not say how often a thread slept.")
    text = "".join((task / "status").read_text() for task in tasks.iterdir())
    return sum(map(int, re.findall(r"voluntary_ctxt_switches:\s+(\d+)", text)))

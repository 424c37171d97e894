import pytest

from twistedchat.client.command_list import shortened


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("comfort: /set [WHAT]  /clear  /telnet  /bell", "comfort: /bell"),
        ("talk: /me ACTION  /msg NICK TEXT", "talk: /me ACTION  /msg NICK TEXT"),
        ("comfort: /set [WHAT]  /clear  /telnet", None),
        (
            "A line is said; //x says /x. The commands:",
            "A line is said; //x says /x. The commands:",
        ),
        ("/telnet: Tell the server.", "/telnet: Tell the server."),
        ("/who [ROOM] (also /names): /who shows", "/who [ROOM] (also /names): /who shows"),
    ],
)
def test_commands_that_mean_nothing_here_are_left_out(text: str, left: str | None) -> None:
    """Of the list alone; sentences stay as they are."""
    assert shortened({"code": "help", "text": text}) == left


def test_other_notices_are_not_touched() -> None:
    """Whatever they look like."""
    assert shortened({"code": "motd", "text": "try: /telnet"}) == "try: /telnet"
    assert shortened({"text": "try: /telnet"}) == "try: /telnet"

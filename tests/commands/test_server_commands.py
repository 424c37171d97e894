"""/help, /motd, /version, /uptime, /quit, /oper, /wall."""

from twistedchat.commands import COMMANDS


def test_help_lists_every_command(ada):
    """Made from the commands themselves, by family; operators' ones for operators."""
    told = ada.type("/help")
    text = "\n".join(told)
    for command in COMMANDS.allowed(ada.session):
        assert command.usage in text
    assert "/wall" not in text
    assert [line.split(":")[0] for line in told[1:-1]] == list(
        dict.fromkeys(one.family for one in COMMANDS)
    )


def test_help_explains_one(ada):
    """With its aliases; the slash may be written."""
    says = ["/msg NICK TEXT (also /m): Tell one person alone."]
    assert ada.type("/help msg") == ada.type("/help /MSG") == ada.type("/help m") == says
    assert ada.type("/help quit") == ["/quit [REASON]: Leave."]
    assert ada.type("/help nonsense")[0].startswith("no-such-command: ")


def test_motd(ada):
    """Or that there is none."""
    assert ada.type("/motd") == ["There is no message of the day."]
    ada.chat.about.motd = ("Be", "kind")
    assert ada.type("/motd") == ["Be", "kind"]


def test_version_and_uptime(ada, bob):
    """Of this server."""
    ada.chat.clock.advance(3600)
    assert ada.type("/version") == ["chat.example.org runs twistedchat 1.0."]
    assert ada.type("/uptime") == ["Running for 1 hour, with 2 people in 1 room."]
    ada.type("/join ops")
    assert ada.type("/uptime")[0].endswith("in 2 rooms.")


def test_quit(ada):
    """The door does it."""
    ada.type("/quit so long"), ada.type("/quit")
    assert ada.front.did == [("quit", "so long"), ("quit", "")]


def test_oper(ada):
    """A wrong password is not repeated; the right one makes an operator."""
    [refusal] = ada.type("/oper ada wrong")
    assert refusal == "bad-login: This name and password do not belong together. Try again."
    assert ada.type("/oper ada secret more") == [
        "bad-arguments: Write it like this: /oper NAME [PASSWORD]"
    ]
    assert not ada.session.user.operator
    assert ada.type("/oper ada secret") == ["You are a server operator now."]
    assert ada.session.user.operator


def test_wall(ada, bob, arrive):
    """Everybody hears it, in whatever room."""
    eve = arrive("eve")
    ada.type("/oper ada secret")
    assert ada.type("/wall \x07tea is ready") == []
    assert bob.hears()[-1] == "Announced"
    assert eve.hears() == ["Announced"]
    assert ada.type("/wall \x07")[0].startswith("empty: ")


def test_uptime_counts_no_private_rooms(ada):
    """Nobody is to know of them."""
    ada.type("/join geheim")
    ada.type("/room set private on")
    assert ada.type("/uptime")[0].endswith("1 person in 1 room.")

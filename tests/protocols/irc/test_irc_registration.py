"""Coming in as clients of IRC do, with and without negotiation and log-in."""

import base64

import pytest

WELCOME = ["001", "002", "003", "004", "005", "005", "251", "254", "255", "422"]


def test_nick_and_user_bring_somebody_in(connect):
    """In either order; what follows is what clients wait for."""
    one, other = connect(), connect()
    assert one.ask("NICK ada") == []
    assert one.codes("USER a 0 * :Ada") == WELCOME
    assert other.ask("USER b 0 * :Bob") == []
    assert other.codes("NICK bob") == WELCOME


def test_the_welcome_names_the_client_and_the_server(connect):
    """With the cloak, and the modes there are."""
    one = connect()
    lines = one.ask("NICK ada", "USER a 0 * :Ada")
    assert lines[0].startswith("001 ada :Welcome to chat.example.org, ada!~u@")
    assert "127.0.0.1" not in lines[0]
    assert lines[3] == "004 ada chat.example.org twistedchat-1.0 Zior HIPWbikmnoqrsv HIWbkoqv"
    assert all("127.0.0.1" not in line for line in lines)
    assert "CASEMAPPING=ascii" in lines[4]


def test_what_comes_too_early_is_refused(connect):
    """And what is unknown, or comes too late."""
    one = connect()
    assert one.ask("JOIN #lobby", "FOO") == [
        "451 * :You have not registered",
        "451 * :You have not registered",
    ]
    one.ask("NICK ada", "USER a 0 * :Ada")
    assert one.codes("USER a 0 * :Ada", "PASS x", "FOO", "JOIN") == ["462", "462", "421", "461"]


def test_a_nick_that_cannot_be_had(connect, client):
    """Is answered so that a client tries another."""
    client("ada")
    one = connect()
    assert one.ask("NICK Ada", "USER a 0 * :Ada") == ["433 * Ada :Nickname is already in use"]
    assert one.codes("NICK") == ["431"]
    assert one.ask("NICK #x")[0].startswith("432 * #x :A nick cannot")
    assert one.codes("NICK server") == ["433"]
    assert one.codes("NICK ada_") == WELCOME


def test_registration_waits_for_the_end_of_negotiation(connect):
    """Whatever comes in between."""
    one = connect()
    [ls] = one.ask("CAP LS 302")
    assert ls.startswith("CAP * LS :account-tag away-notify batch cap-notify draft/chathistory")
    assert one.ask("NICK ada", "USER a 0 * :Ada") == []
    assert one.ask("CAP REQ :server-time echo-message") == ["CAP * ACK :server-time echo-message"]
    assert one.ask("CAP REQ :foo") == ["CAP * NAK :foo"]
    assert one.codes("CAP FOO", "CAP") == ["410", "461"]
    assert one.codes("CAP END") == WELCOME
    assert one.ask("CAP LIST") == ["CAP ada LIST :cap-notify echo-message server-time"]


def test_only_what_works_is_offered(connect):
    """No log-in without accounts."""
    [ls] = connect().ask("CAP LS 302")
    assert "sasl" not in ls
    assert "account-registration" not in ls
    assert "read-marker" not in ls


def test_another_nick(client):
    """Everybody hears of it; one that is taken is refused."""
    ada, bob = client("ada", "lobby"), client("bob", "lobby")
    ada.read()
    [heard] = ada.ask("NICK countess")
    assert heard.startswith(":ada!~u@")
    assert heard.endswith(" NICK countess")
    assert bob.read() == [heard]
    assert ada.codes("NICK bob", "NICK a!b") == ["433", "432"]
    assert ada.ask("PING x") == ["PONG chat.example.org x"]


def test_quit_says_goodbye(client):
    """To the client with ERROR, to the others with the reason."""
    ada, bob = client("ada", "lobby"), client("bob", "lobby")
    ada.read()
    assert bob.ask("QUIT :so long") == ["ERROR :Closing Link: bob (Quit: so long)"]
    [left] = ada.read()
    assert left.endswith(" QUIT :so long")
    assert bob.peer.pipe.closed or bob.peer.pipe.disconnecting


def test_who_says_nothing_is_closed(house, connect):
    """In words that a client shows."""
    one = connect()
    house.pass_time(62, 1)
    [error] = one.read()
    assert error.startswith("ERROR :Closing Link: * (You did not choose a nickname in time")


def test_a_silent_client_is_asked_for_a_sign_of_life(house, client):
    """And gone if it gives none."""
    ada, bob = client("ada", "lobby"), client("bob", "lobby")
    ada.read()
    house.pass_time(125, 1)
    assert ada.read() == ["PING chat.example.org"]
    bob.send("PONG chat.example.org")
    house.pass_time(125, 1)
    assert ada.peer.pipe.aborted
    assert not bob.peer.pipe.aborted


def plain(account, password):
    return base64.b64encode(f"\0{account}\0{password}".encode()).decode()


@pytest.mark.parametrize("sent", ["AUTHENTICATE PLAIN", "AUTHENTICATE FOO"])
def test_without_accounts_nobody_logs_in(connect, sent):
    """The mechanisms are told: there are none."""
    assert connect().codes(sent) == ["908", "904"]

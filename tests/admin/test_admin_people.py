"""twistedchat-admin operator, password, grant, revoke."""

import tomllib
from contextlib import closing

import pytest
from argon2 import PasswordHasher

from twistedchat.admin import main
from twistedchat.core.records import AccountRecord, ProofKind, ProofRecord
from twistedchat.storage import reading, schema, sqlite, writing
from twistedchat.storage.files import DataFiles


def answers(*passwords):
    """Somebody who types these."""
    left = list(passwords)
    return lambda _: left.pop(0)


@pytest.mark.parametrize("nick", ["ada", "b\u00f6b", "a\\b", "[x]"])
def test_the_line_is_toml(nick, capsys):
    """It can be put into the configuration as it is, and fits the password."""
    main(["operator", nick], answers("long secret", "long secret"))
    read = tomllib.loads("[operators]\n" + capsys.readouterr().out)["operators"]
    assert list(read) == [nick]
    assert PasswordHasher().verify(read[nick], "long secret")


@pytest.mark.parametrize(
    ("nick", "passwords", "says"),
    [
        ("ada", ["short"], "at least 8 characters"),
        ("ada", ["long secret", "another secret"], "the two passwords differ"),
        ("a b", [], "A nick cannot contain white space"),
    ],
)
def test_what_is_wrong_is_one_line(nick, passwords, says, capsys):
    """And status 1; nothing is printed that could be pasted by mistake."""
    with pytest.raises(SystemExit) as end:
        main(["operator", nick], answers(*passwords))
    assert end.value.code.startswith("twistedchat-admin: ")
    assert says in end.value.code
    assert "\n" not in end.value.code
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("interruption", [EOFError, KeyboardInterrupt])
def test_no_password(interruption):
    """Is no traceback."""

    def ask(_):
        raise interruption

    with pytest.raises(SystemExit, match="no password was given"):
        main(["operator", "ada"], ask)


def test_help(capsys):
    """Says what it is for."""
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "operator" in capsys.readouterr().out


@pytest.fixture
def data(tmp_path):
    """A data directory with an account of ada's."""
    files = DataFiles(tmp_path / "data")
    files.directory.mkdir()
    schema.prepare(files)
    with closing(sqlite.connect(files.database)) as connection:
        sqlite.use_wal(connection)
        proof = ProofRecord("A", ProofKind.PASSWORD, "old hash", "", 0.0)
        writing.write(connection, [AccountRecord("A", "Ada", "ada", 0.0, 0.0), proof])
    return files


def looked_up(files):
    with closing(sqlite.connect(files.database)) as connection:
        return reading.account_named(connection, "ada"), reading.proofs_of(connection, "A")


def test_a_password_is_reset(data, capsys):
    """In the data directory, for the account of that name in whatever case."""
    main(["password", "ADA", "--data", str(data.directory)], answers("long secret", "long secret"))
    assert "Ada has a new password" in capsys.readouterr().out
    _, [proof] = looked_up(data)
    assert PasswordHasher().verify(proof.value, "long secret")


def test_an_operator_is_made_and_unmade(data, capsys):
    """By account; nothing is asked."""
    main(["grant", "ada", "--data", str(data.directory)], answers())
    assert "Ada is a server operator from the next log-in on" in capsys.readouterr().out
    assert looked_up(data)[0].flags == {"operator"}
    main(["revoke", "ada", "--data", str(data.directory)], answers())
    assert looked_up(data)[0].flags == set()


@pytest.mark.parametrize(
    ("arguments", "passwords", "says"),
    [
        (["grant", "bob"], [], "Nobody has registered that name"),
        (["password", "bob"], ["long secret", "long secret"], "Nobody has registered that name"),
        (["password", "ada"], ["ada12345"], "one of the first to be guessed"),
    ],
)
def test_what_cannot_be_done_changes_nothing(data, arguments, passwords, says):
    """And is one line."""
    with pytest.raises(SystemExit) as end:
        main([*arguments, "--data", str(data.directory)], answers(*passwords))
    assert says in end.value.code
    assert "\n" not in end.value.code
    account, [proof] = looked_up(data)
    assert (account.flags, proof.value) == (frozenset(), "old hash")


def test_a_directory_without_data(tmp_path):
    """Is named, and nothing is made in it."""
    with pytest.raises(SystemExit, match="twistedchat-admin: "):
        main(["grant", "ada", "--data", str(tmp_path)], answers())
    assert list(tmp_path.iterdir()) == []

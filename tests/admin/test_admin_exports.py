"""twistedchat-admin export."""

import json
import subprocess
import sys
from contextlib import closing

import pytest

from twistedchat.admin import main
from twistedchat.core.records import (
    AccountRecord,
    MessageKind,
    MessageRecord,
    ProofKind,
    ProofRecord,
    RoomRecord,
)
from twistedchat.storage import schema, sqlite, writing
from twistedchat.storage.files import DataFiles

MANY = 1200


def said(number, text="hello", account="A"):
    return MessageRecord(f"{number:026}", 1e9, "lobby", MessageKind.SAID, "ada", account, text)


@pytest.fixture
def data(tmp_path):
    """Ada's account, and a room in which she and a guest have said a lot."""
    files = DataFiles(tmp_path / "data")
    files.directory.mkdir()
    schema.prepare(files)
    with closing(sqlite.connect(files.database)) as connection:
        sqlite.use_wal(connection)
        writing.write(
            connection,
            [
                AccountRecord("A", "Ada", "ada", 0.0, 0.0),
                ProofRecord("A", ProofKind.PASSWORD, "the hash", "", 0.0),
                RoomRecord("lobby", "Lobby", "A", 0.0, password="the room's hash"),
                *(said(number, f"n\u00fcmber {number}") for number in range(MANY)),
                said(MANY, "from a guest", ""),
            ],
        )
    return files


def kinds(text):
    entries = [json.loads(line) for line in text.splitlines()]
    return entries, [one["type"] for one in entries]


def test_all_of_an_account(data, capfdbinary):
    """As JSON lines on stdout, and nothing else there; the password is left out."""
    main(["export", "ADA", "--data", str(data.directory)])
    text = capfdbinary.readouterr().out.decode()
    entries, types = kinds(text)
    assert types[0] == "account"
    assert set(types) - {"room"} == {"account", "proof", "message"}
    assert types.count("message") == MANY
    assert entries[-1]["text"] == f"n\u00fcmber {MANY - 1}"
    assert "the hash" not in text


def test_all_of_a_room(data, tmp_path, capsys):
    """Into a file that only its owner can read; how much it was is said."""
    target = tmp_path / "lobby.jsonl"
    main(["export", "#Lobby", "--output", str(target), "--data", str(data.directory)])
    assert capsys.readouterr().out == f"{target} has {MANY + 2} entries about #Lobby.\n"
    entries, types = kinds(target.read_text())
    assert types == ["room", *["message"] * (MANY + 1)]
    assert entries[0]["password"] is True
    assert entries[-1]["text"] == "from a guest"
    assert "the room's hash" not in target.read_text()
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["bob"], "Nothing is stored of bob."),
        (["#none"], "Nothing is stored of #none."),
        (["a b"], "A nick cannot contain white space"),
        (["ada", "--output", "TAKEN"], "exists already. Choose another name."),
        (["ada", "--output", "NONE/file"], "NONE/file.part: No such file or directory."),
    ],
)
def test_what_cannot_be_exported_is_one_line(data, tmp_path, arguments, says):
    """And nothing is written."""
    (tmp_path / "TAKEN").write_text("something")
    given = [one.replace("TAKEN", f"{tmp_path}/TAKEN") for one in arguments]
    given = [one.replace("NONE", f"{tmp_path}/NONE") for one in given]
    with pytest.raises(SystemExit) as end:
        main(["export", *given, "--data", str(data.directory)])
    assert says in end.value.code
    assert "\n" not in end.value.code
    assert (tmp_path / "TAKEN").read_text() == "something"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["TAKEN", "data"]


def test_whoever_reads_may_have_enough(data):
    """As head has: no traceback."""
    command = [sys.executable, "-m", "twistedchat.admin", "export", "ada", "--data", data.directory]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1

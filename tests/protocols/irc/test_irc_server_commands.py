"""Server operators, and help."""

import pytest


@pytest.fixture
def house(open_house):
    return open_house(operators={"ada": "sesame"})


def test_oper(client):
    """With a name and password of the settings."""
    ada, bob = client("ada"), client("bob")
    assert ada.ask("OPER ada wrong") == ["464 ada :Password incorrect"]
    assert ada.ask("OPER ada sesame") == ["381 ada :You are now an IRC operator"]
    assert ada.ask("MODE ada") == ["221 ada +ioZ"]
    assert bob.codes("OPER ada", "WALLOPS :hi") == ["461", "481"]


def test_wallops(client):
    """Everybody hears it."""
    ada, bob = client("ada"), client("bob")
    ada.ask("OPER ada sesame")
    told = "NOTICE * :Announcement by ada: back soon"
    assert ada.ask("WALLOPS :back soon") == [told]
    assert bob.read() == [told]


def test_info_and_help(client):
    """Help comes from the commands themselves."""
    ada = client("ada")
    assert ada.codes("INFO") == ["371", "374"]
    assert ada.ask("HELP join") == [
        "704 ada JOIN :Help of this server",
        "705 ada JOIN :Come into rooms; ``0`` leaves all.",
        "706 ada JOIN :End of help",
    ]
    assert " JOIN " in ada.ask("HELP")[1]
    assert ada.codes("HELP nonsense") == ["524"]

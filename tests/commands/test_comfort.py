"""/set, /clear, /telnet."""


def test_set(ada):
    """All, one, or a change of one."""
    assert ada.type("/set") == [
        "bell is on (on, off)", "theme is none (none, dark)", "/set NAME VALUE changes one.",
    ]  # fmt: skip
    assert ada.type("/set BELL") == ["bell is on (on, off)"]
    assert ada.type("/set bell off") == ["bell is off (on, off)"]


def test_set_what_is_not_there(ada):
    """Never silence."""
    assert ada.type("/set nonsense") == [
        "bad-arguments: There is no setting nonsense. /set lists them."
    ]
    assert ada.type("/set theme pink") == ["refused: no"]


def test_clear_and_telnet(ada):
    """Are the door's."""
    assert ada.type("/clear") == []
    assert ada.type("/telnet")[0].startswith("Negotiating.")
    assert ada.front.did == ["clear", "negotiate"]

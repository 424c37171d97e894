"""Which key does what, besides those that every prompt has.

Enter           say, or answer              Tab, Shift-Tab   complete, go through the candidates
Ctrl-N, Ctrl-P  next and previous room      Alt-1 ... Alt-9  a room by its number
Alt-A           a room with unread lines    Ctrl-L           clear the screen
Ctrl-C          take back what is typed     Ctrl-D           leave, when nothing is typed
Ctrl-Z          back to the shell           Page Up          what was said before
"""

from functools import partial
from typing import TYPE_CHECKING

from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

if TYPE_CHECKING:
    from twistedchat.client.terminal import Person, Terminal


def bindings(terminal: "Terminal") -> KeyBindings:
    """The keys of the chat."""
    keys = KeyBindings()
    keys.add("enter")(lambda _event: terminal.enter())
    keys.add("tab")(lambda _event: terminal.complete(1))
    keys.add("s-tab")(lambda _event: terminal.complete(-1))
    keys.add("c-d")(lambda _event: terminal.end_of_input())
    keys.add("c-c")(lambda _event: terminal.interrupt())
    keys.add("<sigint>")(lambda _event: terminal.interrupt())
    keys.add("c-z")(lambda event: event.app.suspend_to_background())
    keys.add("c-l")(lambda _event: terminal.clear())
    keys.add("pageup")(lambda _event: _with(terminal).look_back())
    keys.add(Keys.BracketedPaste)(lambda event: terminal.paste(event.data))
    _add_rooms(keys, terminal)
    return keys


def _add_rooms(keys: KeyBindings, terminal: "Terminal") -> None:
    keys.add("c-n")(lambda _event: _with(terminal).step(1))
    keys.add("c-p")(lambda _event: _with(terminal).step(-1))
    keys.add("escape", "a")(lambda _event: _with(terminal).go_to_unread())
    for number in range(1, 10):
        keys.add("escape", str(number))(partial(_go_to, terminal, number))


def _go_to(terminal: "Terminal", number: int, _event: KeyPressEvent) -> None:
    _with(terminal).go_to(number)


def _with(terminal: "Terminal") -> "Person":
    if terminal.person is None:
        raise RuntimeError("keys were pressed before anybody sat there")
    return terminal.person

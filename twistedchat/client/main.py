"""The program ``twistedchat``: puts the parts together."""

import getpass
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, Any

from twistedchat.client.addresses import Address, AddressError, parse_address
from twistedchat.client.known import KnownServers
from twistedchat.client.options import Options, parse_options, program_version
from twistedchat.client.profile import Profile
from twistedchat.client.refusals import Exit
from twistedchat.client.settings import (
    Settings,
    SettingsError,
    config_path,
    known_path,
    read_settings,
)
from twistedchat.client.zone import zone_name

if TYPE_CHECKING:
    from twistedchat.client.route import Route


def main() -> None:
    """Run the client."""
    sys.exit(run(sys.argv[1:], os.environ, Path.home()))


def run(arguments: list[str], environment: Mapping[str, str], home: Path) -> int:
    """Run the client with these arguments; its exit code."""
    options = parse_options(arguments)
    known = KnownServers(known_path(environment, home))
    try:
        if options.forget is not None:
            return forget(options.forget, known)
        path = config_path(environment, home)
        settings = read_settings(path)
        route = choose_route(options, settings, known)
        profile = replace(choose_profile(options, settings), zone=zone_name(environment))
        terminal = uses_terminal(options, sys.stdin.isatty(), sys.stdout.isatty())
        profile = prove(profile, options, environment, getpass.getpass if terminal else None)
    except (SettingsError, AddressError, PasswordError) as error:
        print(f"twistedchat: {error}", file=sys.stderr)
        return Exit.USAGE
    start_log(options.log)
    if terminal:
        return run_terminal(route, profile, settings, path)
    return run_filter(route, profile, settings, options)


def uses_terminal(options: Options, reads: bool, writes: bool) -> bool:
    """Whether a person sits there."""
    script = options.follow or options.json or options.commands or options.wants_past
    return reads and writes and not script


def forget(text: str, known: KnownServers) -> int:
    """Trust a server no more."""
    place = str(parse_address(text))
    if known.forget(place):
        print(f"The fingerprint of {place} is forgotten. The next connection asks again.")
        return Exit.DONE
    print(f"twistedchat: No fingerprint of {place} is in {known.path}.", file=sys.stderr)
    return Exit.FAILED


def choose_profile(options: Options, settings: Settings) -> Profile:
    """Who the person wants to be."""
    rooms = options.rooms or settings.rooms or None
    nick = options.nick or settings.nick
    return Profile(
        nick=nick or _own_name(),
        spare="" if nick else "guest",
        rooms=rooms,
        client=f"twistedchat {program_version()}",
        device=settings.device or device_name(_own_name(), gethostname()),
        backlog=settings.backlog,
        highlight=settings.highlight,
    )


class PasswordError(ValueError):
    """There is no password to log in with; the text says how to give one."""


def prove(
    profile: Profile,
    options: Options,
    environment: Mapping[str, str],
    ask: Callable[[str], str] | None,
) -> Profile:
    """Add the account to log in to, if there is one, and its password.

    Args:
        profile: who the person wants to be.
        options: the command line.
        environment: may hold the password.
        ask: asks the person for it; None if nobody is there.

    Raises:
        PasswordError: there is none.
    """
    if options.account is None:
        if options.password_file is not None:
            raise PasswordError("--password-file needs --account NICK, whose password it holds.")
        return profile
    if options.password_file is not None:
        password = _first_line(options.password_file)
    else:
        password = environment.get("TWISTEDCHAT_PASSWORD", "")
    if not password and ask is not None:
        password = _asked(ask, f"Password for {options.account}: ")
    if not password:
        raise PasswordError(
            "--account needs a password: put it in the variable TWISTEDCHAT_PASSWORD, or in a file"
            " that --password-file names."
        )
    nick = options.nick or options.account
    return replace(
        profile, nick=nick, account=options.account, password=password, insists=ask is None
    )


def _first_line(path: Path) -> str:
    try:
        return next(iter(path.read_text("utf-8").splitlines()), "")
    except (OSError, UnicodeDecodeError) as error:
        raise PasswordError(f"--password-file {path} cannot be read: {error}.") from error


def _asked(ask: Callable[[str], str], question: str) -> str:
    try:
        return ask(question)
    except (EOFError, KeyboardInterrupt):
        return ""


def choose_route(options: Options, settings: Settings, known: KnownServers) -> "Route":
    """The way to the server, and whom to believe there.

    Raises:
        AddressError: the address, a certificate file or a fingerprint cannot be used.
    """
    from twistedchat.client.route import Route, wants_tls

    address = parse_address(options.server or settings.server)
    if not wants_tls(address, plain=options.plain, tls=options.tls):
        if options.ca or options.fingerprint:
            raise AddressError(f"The connection to {address} is plain. Add --tls to verify it.")
        return Route(address, None)
    if address.endpoint:
        raise AddressError("A Unix socket has no TLS. Leave --tls out.")
    return Route(address, _trust(address, options, known))


def _trust(address: Address, options: Options, known: KnownServers) -> Any:
    from twistedchat.client.trust import Trust, normal_fingerprint, read_authorities

    try:
        authorities = read_authorities(options.ca) if options.ca else ()
    except (OSError, ValueError) as error:
        raise AddressError(
            f"--ca {options.ca} has no certificates that can be read: {error}"
        ) from error
    try:
        given = normal_fingerprint(options.fingerprint) if options.fingerprint else ""
    except ValueError as error:
        raise AddressError(f"--fingerprint is none: {error}.") from error
    return Trust(address.host, str(address), known, given, authorities)


def device_name(user: str, host: str) -> str:
    """A name that stays the same for one person on one computer."""
    return re.sub(r"[^\w.-]+", "-", f"{user}-{host.partition('.')[0]}")[:32]


def _own_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "guest"


def start_log(path: Path | None) -> None:
    """Log to a file, or nowhere: nothing may be written over the chat."""
    from twisted.logger import globalLogBeginner, textFileLogObserver

    observers = [] if path is None else [textFileLogObserver(path.open("a", encoding="utf-8"))]
    globalLogBeginner.beginLoggingTo(observers, redirectStandardIO=False, discardBuffer=True)


def run_terminal(route: "Route", profile: Profile, settings: Settings, path: Path) -> int:
    """Be a chat in a terminal, on a reactor that shares its loop; the exit code."""
    from twistedchat.client.terminal_run import TerminalRun, install_reactor

    loop, reactor = install_reactor()
    accept = route.trust.accept if route.trust is not None else str
    return TerminalRun(loop, reactor, route, accept, profile, settings, path).run()


def run_filter(route: "Route", profile: Profile, settings: Settings, options: Options) -> int:
    """Be a filter on any reactor; the exit code."""
    from twisted.internet import reactor

    from twistedchat.client.filter_run import FilterRun

    running = FilterRun(reactor, route, profile, settings, options)
    _on_signals(reactor, running.interrupt)
    return running.run()


def _on_signals(reactor: Any, interrupt: Callable[[Exit], None]) -> None:
    def on(code: Exit) -> Callable[..., None]:
        return lambda *_: reactor.callFromThread(interrupt, code)

    signal.signal(signal.SIGINT, on(Exit.INTERRUPTED))
    signal.signal(signal.SIGTERM, on(Exit.TERMINATED))

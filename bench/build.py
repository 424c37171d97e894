"""Builds what is in C, on the spot, with the machine's own compiler."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
_FLAGS = ("-O3", "-march=native", "-std=gnu11", "-Wall", "-Wextra")
_TLS = ("-DWITH_TLS",), ("-lssl", "-lcrypto")


class BuildError(Exception):
    """Something in C could not be built; the text says why and what to do."""


def compiler() -> str:
    """The C compiler's command.

    Raises:
        BuildError: there is none.
    """
    found = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if not found:
        raise BuildError("There is no C compiler. Install one: apt-get install gcc libc6-dev.")
    return found


def build(
    source: Path, into: Path, flags: tuple[str, ...] = (), libraries: tuple[str, ...] = ()
) -> Path:
    """Compile one file.

    Args:
        source: the C file.
        into: the directory for the program.
        flags: more flags of the compiler.
        libraries: what to link with.

    Raises:
        BuildError: the compiler refuses.
    """
    program = into / source.stem
    command = [compiler(), *_FLAGS, *flags, str(source), "-o", str(program), *libraries]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{source.name} cannot be built:\n{done.stderr}")
    return program


def has_openssl() -> bool:
    """Whether OpenSSL's headers are there."""
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "probe.c"
        source.write_text(
            "#include <openssl/ssl.h>\nint main(void) { return !TLS_client_method; }\n"
        )
        try:
            build(source, Path(place), libraries=_TLS[1])
        except BuildError:
            return False
    return True


def build_load(into: Path) -> Path:
    """The load generator, with TLS when OpenSSL's headers are there."""
    flags, libraries = _TLS if has_openssl() else ((), ())
    return build(HERE / "load.c", into, flags, libraries)


def build_floor(into: Path) -> Path:
    """The bare epoll loop."""
    return build(HERE / "references" / "floor.c", into)

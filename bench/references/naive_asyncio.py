"""The obvious chat server in asyncio: ``StreamWriter.write`` to each member.

    naive_asyncio.py PORT

The first line is a nick, ``/join ROOM`` enters a room, every other line is said in it.
"""

import asyncio
import sys

Rooms = dict[bytes, set[asyncio.StreamWriter]]


class Chatter:
    """One connection."""

    def __init__(self, rooms: Rooms, writer: asyncio.StreamWriter) -> None:
        self.rooms = rooms
        self.writer = writer
        self.nick = b""
        self.room: set[asyncio.StreamWriter] = set()

    def take(self, line: bytes) -> None:
        """A nick, a command or something said."""
        if not self.nick:
            self.nick = line
            self.writer.write(b"*** Hello " + line + b".\n")
        elif line.startswith(b"/join "):
            self.join(line[6:])
        else:
            message = b"<" + self.nick + b"> " + line + b"\n"
            for member in self.room:
                if member is not self.writer:
                    member.write(message)

    def join(self, name: bytes) -> None:
        """Leave the room and enter another."""
        self.room.discard(self.writer)
        self.room = self.rooms.setdefault(name, set())
        self.room.add(self.writer)
        self.writer.write(b"*** You are now talking in #" + name + b".\n")


async def serve(rooms: Rooms, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry out lines until the end."""
    chatter = Chatter(rooms, writer)
    try:
        while line := await reader.readline():
            chatter.take(line.rstrip(b"\r\n"))
    except (ConnectionError, ValueError):
        pass
    finally:
        chatter.room.discard(writer)
        writer.close()


async def main() -> None:
    """Listen, with a queue long enough that a storm measures the code and not the kernel."""
    rooms: Rooms = {}
    server = await asyncio.start_server(
        lambda reader, writer: serve(rooms, reader, writer),
        "127.0.0.1",
        int(sys.argv[1]),
        backlog=4096,
    )
    await server.serve_forever()


asyncio.run(main())

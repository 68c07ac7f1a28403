"""Lead ports of one address to the same ports of another.

Runs as a process of its own, on the standard library alone: ``python relay.py SOCKET ADDRESS``
leads ports of loopback to those of a stack's containers, ``python relay.py --gate LISTEN PORT`` a
port that others may call to that of loopback.

Docker could publish ports as well, but only when a container is made, and at a price: several calls
of ``iptables`` for each, seconds at the start and at the end of a stack.

Whoever connects to SOCKET sends the number of a port, and is told ``open``, or why not.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from functools import partial

LOOPBACK = "127.0.0.1"
AT_ONCE = 65536
"""Bytes that are led on in one go."""


class Relay:
    """The ports of one stack."""

    def __init__(self, address: str, listen: str = LOOPBACK) -> None:
        self.address = address
        self.listen = listen
        self.ports: dict[int, asyncio.Server] = {}

    async def serve(self, socket: str) -> None:
        """Open ports for whoever asks on *socket*, until we are ended."""
        server = await asyncio.start_unix_server(self.answer, socket)
        await server.serve_forever()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Open one port."""
        with contextlib.suppress(ValueError, ConnectionError):
            port = int(await reader.readline())
            try:
                await self.open(port)
                said = "open"
            except OSError as error:
                said = error.strerror or str(error)
            writer.write(f"{said}\n".encode())
            await writer.drain()
        writer.close()

    async def open(self, port: int) -> None:
        """Lead *port*; one that is led already stays."""
        if port not in self.ports:
            lead = partial(self.lead, port)
            self.ports[port] = await asyncio.start_server(lead, self.listen, port, backlog=1024)

    async def lead(
        self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Lead one connection on; where nobody listens there, it ends."""
        try:
            there, thither = await asyncio.open_connection(self.address, port)
        except OSError:
            writer.transport.abort()
            return
        await asyncio.gather(_pump(reader, thither), _pump(there, writer))
        for end in (writer, thither):
            end.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Hand on what comes until it ends; a connection that breaks breaks at both ends."""
    try:
        while data := await source.read(AT_ONCE):
            sink.write(data)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()
    except OSError:
        sink.transport.abort()


async def gate(listen: str, port: int) -> None:
    """Lead *port* of *listen* to that of loopback until we are ended."""
    await Relay(LOOPBACK, listen).open(port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[1] == "--gate":
        sys.exit(asyncio.run(gate(sys.argv[2], int(sys.argv[3]))))
    # Nobody else may open ports.
    os.umask(0o077)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(sys.argv[1])
    asyncio.run(Relay(sys.argv[2]).serve(sys.argv[1]))

"""A room as it is served, without a process of its own."""

import threading
from typing import Any

import uvicorn

from tests.helpers import wait_until
from tutor.room.addresses import LOOPBACK, listening, served
from tutor.seat.address import RoomAddress


class House:
    """A room that was just opened, and is served by a thread of this process while it is open."""

    def __init__(self) -> None:
        from django.db import connections

        from tutor.room.store import open_room

        self.code = open_room("Monday", "en").code
        connections.close_all()
        served.names = [LOOPBACK]
        self.port = 0
        self.open()

    @property
    def address(self) -> RoomAddress:
        """Where it is."""
        return RoomAddress(f"http://{LOOPBACK}:{self.port}", self.code)

    @property
    def state(self) -> Any:
        """What the room is."""
        from tutor.room.live import live

        return live.room(self.code)

    def open(self) -> None:
        """Begin to serve it, as a process does that has just started; on the port of before."""
        from tutor.room.asgi import application
        from tutor.room.live import live

        live.__init__()  # type: ignore[misc]
        self._listener = listening(LOOPBACK, self.port)
        self.port = self._listener.getsockname()[1]
        self._server = uvicorn.Server(uvicorn.Config(application(), log_config=None, ws="none"))
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))
        self._thread.start()
        assert wait_until(lambda: self._server.started)

    def close(self) -> None:
        """Be there for nobody."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

"""A game whose talk with the room is played look by look, with clocks of the test's."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.fake_room import FakeRoom
from tutor.machine.command import ServiceInfo
from tutor.machine.status import ServiceStatus
from tutor.seat import seat as seats
from tutor.seat import worker
from tutor.seat.incidents import Incidents, Scene
from tutor.seat.worker import RoomView, Worker

LEVEL = "01_n_plus_one"


class FakeStack:
    """A stack whose services are said."""

    def __init__(self, **ports: int) -> None:
        self.ports = ports
        self.programs: dict[str, str] = {}
        """By service, what it is run with, where something stands in for it."""

    def status(self) -> dict[str, ServiceStatus]:
        """Return the services of the shop for people."""
        return {
            f"{name}-showroom": ServiceStatus(
                running=True, info=ServiceInfo(port=port, program=self.programs.get(name, name))
            )
            for name, port in self.ports.items()
        }


class Play:
    """A worker that does one step at a time, with a clock of the test's."""

    def __init__(self, seat: seats.Seat, **ports: int) -> None:
        self.now, self.is_busy = 0.0, False
        self.over = threading.Event()
        self.views: list[RoomView] = []
        self.stack = FakeStack(**ports)
        scene = Scene(self.stack, lambda: LEVEL, lambda: self.is_busy, self.over)  # type: ignore[arg-type]
        self.slept = 0.0
        """Seconds that only the clock on the wall has noticed."""
        self.worker = Worker(
            seat,
            Incidents(scene, wall=self.wall),
            self.over,
            self.views.append,
            clock=lambda: self.now,
            wall=self.wall,
        )

    def wall(self) -> float:
        """Return what the clock on the wall says."""
        return self.now + self.slept

    def step(self, seconds: float = 0.0) -> None:
        """Let *seconds* pass, and look."""
        self.now += seconds
        self.worker.step()

    def poll(self) -> None:
        """Look when it is time to ask again."""
        self.step(worker.SLOWEST * 2)

    @property
    def last(self) -> RoomView:
        """How the room was told to stand last."""
        return self.views[-1]


@contextmanager
def serving(handler: type, server: type = socketserver.TCPServer) -> Iterator[int]:
    """Have something listen during the block; return its port."""
    with server(("127.0.0.1", 0), handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield listening.server_address[1]
        finally:
            listening.shutdown()
            thread.join()


def outcomes(room: FakeRoom) -> list[tuple[int, str]]:
    """Return what became of incidents, as the room was told."""
    return [(data["id"], data["state"]) for data in room.data("incident")]

"""A learner's own client against the room as it is served: what each believes of the other."""

import threading
from collections.abc import Iterator

import pytest
import uvicorn

from tests.helpers import wait_until
from tutor.room.addresses import LOOPBACK, listening, served
from tutor.seat import joining
from tutor.seat import seat as seats
from tutor.seat.address import RoomAddress
from tutor.seat.reporter import Reporter


@pytest.fixture
def address(database: None) -> Iterator[RoomAddress]:
    """A room that was just opened, and is served by a thread of this process."""
    from django.db import connections

    from tutor.room.asgi import application
    from tutor.room.live import live
    from tutor.room.store import open_room

    live.__init__()  # type: ignore[misc] # as a process that has just started has it
    code = open_room("Monday", "en").code
    connections.close_all()
    served.names = [LOOPBACK]
    listener = listening(LOOPBACK, 0)
    server = uvicorn.Server(uvicorn.Config(application(), log_config=None, ws="none"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        assert wait_until(lambda: server.started)
        yield RoomAddress(f"http://{LOOPBACK}:{listener.getsockname()[1]}", code)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def test_who_leaves_can_come_back_under_the_same_name(address: RoomAddress) -> None:
    """What was kept arrives first; then the room lets the seat go, and its nickname with it."""
    joining.join(address, "silver otter", "", "en", [f"{n:02}_level" for n in range(80)])
    Reporter().hand_raised("which cookie?")

    assert joining.leave()

    assert seats.current() is None
    again = joining.join(address, "silver otter", "", "en", [])
    assert again.id == "2"
    from tutor.room.live import live

    first, second = live.room(address.code).seats.values()  # type: ignore[union-attr]
    assert (first.left, first.taken, second.left) == (True, 2, False)

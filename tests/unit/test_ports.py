"""A port that is taken is refused before anything starts, and its holder is named."""

import os
import socket
from pathlib import Path

import pytest

from tutor.base.errors import TutorError
from tutor.machine.placement import Processes
from tutor.machine.ports import check_port, free_port, is_answering, reserving
from tutor.stack.lost_ports import lost_port


def test_a_taken_port_names_its_holder() -> None:
    """The number, the service it was meant for, the program that has it, and a way out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(TutorError, match=f"Port {port}, .* gives to gunicorn") as caught:
            check_port(port, "gunicorn")

    assert f"process {os.getpid()}, has it" in caught.value.message
    assert "remove `port`" in caught.value.hint


def test_a_port_just_given_back_can_be_used() -> None:
    """What lingers of a server's closed connections keeps nobody away."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            connection, _ = server.accept()
            connection.close()
            client.recv(1)

    check_port(port, "gunicorn")


def test_a_free_port_is_free() -> None:
    """It can be used at once, and nobody answers there."""
    port = free_port()

    check_port(port, "postgres")
    assert not is_answering(port, "/")


def test_ports_that_are_chosen_together_differ(tmp_path: Path) -> None:
    """Looked at one by one, the same one may be found free twice, by us or by another tutor."""
    services = {f"service-{number}": 0 for number in range(300)}

    ports = Processes(tmp_path).ports(services)

    assert len(set(ports.values())) == 300


def test_a_reserved_port_is_given_to_nobody_else() -> None:
    """It is held until all are chosen."""
    with reserving() as reserve:
        port = reserve()

        with pytest.raises(TutorError):
            check_port(port, "gunicorn")
    check_port(port, "gunicorn")


def test_a_wanted_port_is_not_given_to_another_service(tmp_path: Path) -> None:
    """The free ones are chosen beside it, and it is refused where somebody has it."""
    wanted = free_port()

    ports = Processes(tmp_path).ports({"nginx": wanted, "gunicorn": 0})

    assert ports["nginx"] == wanted != ports["gunicorn"]


@pytest.mark.parametrize(
    ("log", "own_code", "lost"),
    [
        ("[1] [ERROR] Connection in use: ('127.0.0.1', 4000)", True, True),
        ("[1] [ERROR] Connection in use: ('127.0.0.1', 4001)", True, False),
        ("bind() to 127.0.0.1:4000 failed (98: Address already in use)", False, True),
        ("OSError: [Errno 98] Address already in use", True, False),
        ("ImportError: no module", False, False),
    ],
)
def test_a_port_that_was_taken_meanwhile_is_read_in_the_log(
    log: str, own_code: bool, lost: bool
) -> None:
    """What a shop says itself of ports of its own is its own affair."""
    assert lost_port(log, 4000, own_code=own_code) is lost

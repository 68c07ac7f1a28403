"""A port that is taken is refused before anything starts, and its holder is named."""

import os
import socket

import pytest

from tutor.errors import TutorError
from tutor.stack.ports import check_port, free_port, is_answering


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

"""What `tutor room open` says of who can reach it, and what it is told by its environment."""

import asyncio
import socket

import pytest

from tutor.base.errors import TutorError
from tutor.cli.room.open import _tell_who_reaches_it
from tutor.room import addresses
from tutor.room.codes import ALPHABET, is_code, new_code, plain, shown
from tutor.words.texts import Texts

ADDRESSES = ["http://192.168.1.20:8000", "http://10.0.0.7:8000"]


def test_it_says_whom_it_is_open_to(capsys: pytest.CaptureFixture[str]) -> None:
    """This machine only, or the whole network; a second address, where the first fails."""
    _tell_who_reaches_it(Texts("en"), 8000, [], lan=False)
    alone = capsys.readouterr().out
    _tell_who_reaches_it(Texts("en"), 8000, ADDRESSES, lan=True)
    open_to_all = capsys.readouterr().out

    assert "Only this machine" in alone
    assert "whole network, unencrypted" in open_to_all
    assert "port 8000" in open_to_all
    assert ADDRESSES[1] in open_to_all


def test_a_port_that_is_taken_is_named() -> None:
    """And the way out."""
    with addresses.listening(addresses.LOOPBACK, 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(TutorError, match=f"Port {port} cannot be used"):
            addresses.listening(addresses.LOOPBACK, port)


def test_whoever_comes_before_the_server_is_ready_waits() -> None:
    """The address is printed when somebody listens on it."""
    with (
        addresses.listening(addresses.LOOPBACK, 0) as listener,
        socket.create_connection(listener.getsockname(), timeout=2) as line,
    ):
        assert line.getpeername() == listener.getsockname()


def test_no_answer_waits_until_its_first_half_is_confirmed() -> None:
    """Headers and body are two packets: the second one goes without asking after the first."""

    async def served() -> int:
        found = asyncio.get_running_loop().create_future()

        def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            line: socket.socket = writer.get_extra_info("socket")
            found.set_result(line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with addresses.listening(addresses.LOOPBACK, 0) as listener:
            async with await asyncio.start_server(take, sock=listener):
                _, ours = await asyncio.open_connection(*listener.getsockname())
                ours.close()
                return int(await found)

    assert asyncio.run(served()) == 1


def test_a_proxy_in_front_has_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """By which we are called, too."""
    monkeypatch.setenv("LEVELUP_ROOM_ADDRESS", "https://room.example.org/")

    assert addresses.public_address() == "https://room.example.org"
    assert "room.example.org" in addresses.names()


def test_a_code_is_read_in_any_form() -> None:
    """It has no letters that are taken for each other."""
    code = new_code()

    assert plain(f" {shown(code).lower()} ") == code
    assert is_code(code)
    assert not set("0O1IL2Z5S8B") & set(ALPHABET)
    assert not is_code("favicon.ico")

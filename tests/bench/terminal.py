"""A game in a terminal, and how long it takes to show something."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.bench.figure import BenchFailed, Sampler

ESCAPES = re.compile(rb"\x1b(\[[0-9;?<>=:]*[a-zA-Z~$]|\][^\x07\x1b]*(\x07|\x1b\\)|[()][A-Z0-9]|.)")
TITLE = b"Betty's shop is live."


@contextmanager
def in_terminal(
    *argv: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run *argv* in a terminal of 80 columns and 24 rows; it is ended afterwards."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        argv,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        cwd=cwd,
        env=env,
    )
    os.close(slave)
    try:
        yield process, master
    finally:
        process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 5
        while process.poll() is None and time.monotonic() < deadline:
            read(master, 0.05)
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(master)


def read(master: int, timeout: float) -> bytes:
    """Return what the terminal shows next; nothing where it shows nothing for *timeout* seconds."""
    with suppress(OSError):
        if select.select([master], [], [], timeout)[0]:
            return os.read(master, 65536)
    return b""


def await_text(process: subprocess.Popen[bytes], master: int, text: bytes, timeout: float) -> None:
    """Wait until *text* is on the screen."""
    shown = b""
    deadline = time.monotonic() + timeout
    while text not in ESCAPES.sub(b"", shown):
        if time.monotonic() > deadline or process.poll() is not None:
            raise BenchFailed(f"{text!r} was never shown: {ESCAPES.sub(b'', shown)[-500:]!r}")
        shown += read(master, 0.01)


def first_frames(*argv: str | Path) -> Sampler:
    """Return the sampler of the time until the title is on the screen."""

    def once() -> float:
        began = time.monotonic()
        with in_terminal(*argv) as (process, master):
            await_text(process, master, TITLE, 20)
            return time.monotonic() - began

    def samples(runs: int) -> Iterator[float]:
        once()
        for _ in range(runs):
            yield once()

    return samples

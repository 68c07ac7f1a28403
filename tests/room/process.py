"""The room as a process: opened, killed, and opened again on the same database."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TUTOR = Path(sys.executable).with_name("tutor")
PATIENCE = 20


class Opened:
    """A room that is served until it is ended; its files are in ``LEVELUP_HOME``."""

    def __init__(self, database: str = "") -> None:
        self._env = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
        if database:
            self._env["DATABASE_URL"] = database
        self.begin()

    def begin(self) -> None:
        """Serve, and read where, under which code, and what the instructor's key is."""
        self._process = subprocess.Popen(
            [TUTOR, "room", "open"],
            env=self._env,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        said = self._said()
        link = re.search(r"(http://127\.0\.0\.1:\d+)/k/(\S+)", said)
        code = re.search(r"Code: +(\S+)", said)
        assert link, said
        assert code, said
        self.address, self.key, self.code = link[1], link[2], code[1].replace("-", "")

    def _said(self) -> str:
        assert self._process.stdout
        said = ""
        while "Ctrl-C" not in said:
            line = self._process.stdout.readline()
            assert line, f"the room did not open: {said}"
            said += line
        return said

    @property
    def pid(self) -> int:
        """The process that serves now."""
        return self._process.pid

    def page(self, name: str, code: str = "", key: str = "") -> str:
        """Return a page of the board as the instructor sees it: of this room, or of another."""
        asked = urllib.request.Request(
            f"{self.address}/{code or self.code}/{name}",
            headers={"Cookie": f"key={key or self.key}"},
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            text: str = answer.read().decode()
            return text

    def has(self, code: str, key: str) -> bool:
        """Return whether it serves the room *code*, too."""
        try:
            return bool(self.page("board", code, key))
        except urllib.error.HTTPError:
            return False

    def kill(self) -> None:
        """End it as the kernel does when memory runs out."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """End it as Ctrl-C does."""
        self._end(signal.SIGINT)

    def _end(self, how: int) -> None:
        self._process.send_signal(how)
        self._process.wait(PATIENCE)
        assert self._process.stdout
        self._process.stdout.close()


@contextmanager
def opened(database: str = "") -> Iterator[Opened]:
    """Serve a room, kept in *database* or in a file."""
    room = Opened(database)
    try:
        yield room
    finally:
        room.close()

"""A black hole: a port that takes connections, as many as come, and never answers."""

import sys
from pathlib import Path

from tutor.machine.command import Command, ServiceInfo
from tutor.stack.services import black_hole_door
from tutor.stack.stack import Stack


class BlackHole:
    """Stands where a server fell silent, and counts who tries it."""

    start_timeout = 10.0

    def __init__(self, stack: Stack, server: str, port: int) -> None:
        self.name = self.title = self.kind = f"black-hole-{port}"
        self.server = server
        self.port = port
        self.stack = stack

    @property
    def log(self) -> Path:
        """Return where it notes who comes."""
        return self.stack.log(self.name)

    @property
    def tries(self) -> int:
        """Return how many connections were made so far."""
        return max(0, self._lines() - 1)

    def command(self) -> Command:
        """Return the command that runs it."""
        place = self.stack.placement
        argv = (sys.executable, "-IS", black_hole_door.__file__, place.listen, str(self.port))
        env = self.stack.base_env()
        info = ServiceInfo(server=self.server, port=self.port)
        return Command(self.name, argv, self.stack.folder, env, self.log, info=info)

    def is_ready(self) -> bool:
        """Return whether it listens; to try it would be counted."""
        return self._lines() > 0

    def _lines(self) -> int:
        return self.log.read_bytes().count(b"\n") if self.log.is_file() else 0

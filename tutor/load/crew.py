"""Who makes the load: Locust alone, several workers on this machine, workers on others."""

import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.base.errors import UsageError
from tutor.machine.ports import LOOPBACK

MASTER_PORT = 5557
"""Where Locust's workers look for their master unless told otherwise."""
SETTING = '''\
"""What this load is about, for workers on other machines. Written by the tutor for one load."""

import atexit
import os
import tempfile
from pathlib import Path

SETTING = {setting!r}
FACTS = {facts!r}
CAME = {came!r}


def leave(facts):
    """Remove what came over the wire: Locust leaves it among the temporary files."""
    for path in [facts, *(Path(__file__).with_name(name) for name in CAME)]:
        path.unlink(missing_ok=True)


if "LEVELUP_FACTS" not in os.environ:
    os.environ.update(SETTING)
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False, encoding="utf-8") as file:
        file.write(FACTS)
    os.environ["LEVELUP_FACTS"] = file.name
    atexit.register(leave, Path(file.name))
'''


@dataclass(frozen=True, slots=True)
class Crew:
    """The workers of a load; none is Locust alone, in one process."""

    local: int = 0
    """Processes of this machine."""
    awaited: int = 0
    """Those that others start, on their machines."""
    address: str = LOOPBACK
    """This machine's address, by which they come."""

    @property
    def size(self) -> int:
        """How many workers there are."""
        return self.local + self.awaited

    @property
    def invitation(self) -> str:
        """The one command that makes another machine a worker."""
        return f"locust -f - --worker --master-host {self.address}"

    def check(self) -> None:
        """Refuse an address that is not this machine's, or is none to come to.

        Raises:
            UsageError: says what is wrong with it.
        """
        if not self.awaited:
            return
        try:
            found = socket.getaddrinfo(self.address, MASTER_PORT, type=socket.SOCK_STREAM)
            with socket.socket(found[0][0], socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(found[0][4])
        except OSError as error:
            raise UsageError.named(
                "no_way_to",
                hint="see_addresses",
                address=self.address,
                port=MASTER_PORT,
                reason=error.strerror or error,
            ) from error
        if self.address in ("0.0.0.0", "::"):  # noqa: S104 - refused
            raise UsageError.named("no_address", hint="see_addresses", address=self.address)

    def users(self, users: int, rate: float) -> int:
        """Return how many users to start.

        Where one user plays a whole crowd that arrives at a fixed rate, each worker brings one.
        """
        return max(users, self.size) if rate else users


def setting_of(env: Mapping[str, str], came: Sequence[str], **more: Any) -> str:
    """Return the file that tells workers on other machines what *env* tells those on this one.

    The files named in *came*, itself among them, are removed there when the worker ends.
    """
    own = {key: value for key, value in env.items() if key != "LEVELUP_FACTS"}
    setting = own | {f"LEVELUP_{key.upper()}": f"{value}" for key, value in more.items()}
    path = env.get("LEVELUP_FACTS")
    facts = Path(path).read_text() if path else json.dumps(None)
    return SETTING.format(setting=setting, facts=facts, came=list(came))

"""Talk to a supervisor in a container: what it is to start has other paths there."""

import sys
from typing import Any

from tutor.base.paths import PACKAGE
from tutor.machine.client import Client
from tutor.machine.docker.image import OURS, PYTHON


class ContainerClient(Client):
    """The supervisor of one server."""

    def request(self, do: str, **fields: Any) -> dict[str, Any]:
        """Return the supervisor's answer."""
        if do == "start":
            spec = fields["spec"]
            fields["spec"] = spec | {"argv": [_inside(part) for part in spec["argv"]]}
        return super().request(do, **fields)


def _inside(text: str) -> str:
    """Return *text* with our own Python and files as they are called in the image."""
    return text.replace(sys.executable, PYTHON).replace(f"{PACKAGE}/", f"{OURS}/")

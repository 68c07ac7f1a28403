"""Whether a service did not start because somebody else had taken its port meanwhile."""

import errno
import os
import re

from tutor.machine.ports import LOOPBACK

TAKEN = re.compile(rf"{re.escape(os.strerror(errno.EADDRINUSE))}|Address already in use")
TAKEN_FROM_GUNICORN = "Connection in use: ('{address}', {port})"


def lost_port(log: str, port: int, *, address: str = LOOPBACK, own_code: bool = False) -> bool:
    """Return whether *log* says that somebody else took *port* before its service could.

    With *own_code* the log holds what the shop says too, and only gunicorn's own words count.
    """
    if TAKEN_FROM_GUNICORN.format(address=address, port=port) in log:
        return True
    return not own_code and bool(TAKEN.search(log))

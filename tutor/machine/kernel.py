"""What a supervisor asks of the kernel: that its children end with it, and that orphans come to it.

Between fork and exec a child gets its place, its limits and its rights here.
Like the supervisor it is run on the standard library alone, also inside a container.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

NOBODY = 65534
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_CHILD_SUBREAPER, PR_CAP_AMBIENT = 1, 8, 36, 47
PR_GET_SECUREBITS, PR_SET_SECUREBITS, NO_SETUID_FIXUP = 27, 28, 1 << 2
CAPABILITY_VERSION_3 = 0x20080522
DAC_CAPABILITIES = (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH."""

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def prepare_child(spec: dict[str, Any], parent: int) -> None:
    """Set the child of *parent* up between fork and exec."""
    for path in spec.get("cgroups", []):
        Path(path, "cgroup.procs").write_text(str(os.getpid()))
    if affinity := spec.get("affinity"):
        os.sched_setaffinity(0, affinity)
    if memory := spec.get("memory"):
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    if spec.get("unprivileged") and os.geteuid() == 0:
        _become_nobody()
    if _libc:
        # Last: a change of credentials clears it.
        _libc.prctl(PR_SET_PDEATHSIG, int(spec.get("death_signal", signal.SIGKILL)), 0, 0, 0)
        if os.getppid() != parent:
            # It died before we asked to be told.
            os._exit(1)


def _become_nobody() -> None:
    """Drop root, but keep the right to reach files below folders that only root may enter.

    PostgreSQL refuses to run as root, and both its binaries and its data may lie below ``/root``.
    """
    if _libc is None:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        return
    _libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    # Without this bit `access` asks what nobody may do without the capabilities, and `initdb` asks.
    _libc.prctl(
        PR_SET_SECUREBITS, _libc.prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) | NO_SETUID_FIXUP, 0, 0, 0
    )
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    mask = sum(1 << capability for capability in DAC_CAPABILITIES)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    if _libc.capset(header, data) == 0:
        for capability in DAC_CAPABILITIES:
            _libc.prctl(PR_CAP_AMBIENT, 2, capability, 0, 0)


def adopt_orphans() -> None:
    """Have whatever our children leave behind become a child of ours, and nobody else's."""
    if _libc:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans(known: set[int]) -> None:
    """Take the exit of every dead child that is not among *known*."""
    with contextlib.suppress(ChildProcessError):
        for pid in children_of(os.getpid()):
            if pid not in known:
                os.waitpid(pid, os.WNOHANG)


def children_of(pid: int) -> list[int]:
    """Return the direct children of *pid*, also those it adopted."""
    with contextlib.suppress(OSError):
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []

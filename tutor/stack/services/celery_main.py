"""Celery's own command; whoever works for it ends with it, also in the midst of a job.

Celery's cold shutdown would end them too, but hangs now and then where Redis died in the same
moment, and takes three seconds where it did not. Runs inside the shop's environment, with the shop
as working folder; imports nothing of the tutor.
"""

import os
import sys

# As `python -m celery` has it: the folder of this file is nobody's business.
sys.path[0] = os.getcwd()

import ctypes  # noqa: E402
import signal  # noqa: E402

PR_SET_PDEATHSIG = 1
MAIN = os.getpid()
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_main():
    """Let the kernel end a process of the pool with its master; what a job forks is the job's."""
    if _libc is None or os.getppid() != MAIN:
        return
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != MAIN:
        # It died before we asked to be told.
        os._exit(1)


os.register_at_fork(after_in_child=end_with_main)

from celery.__main__ import main  # noqa: E402

sys.argv[0] = "celery"
main()

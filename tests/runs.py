"""A run in another process, as far as others notice it."""

import subprocess
import sys
from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from tutor.run.runlock import run_lock
with run_lock(Path(sys.argv[1])):
    print("running", flush=True)
    sys.stdin.read()
"""


def other_run(folder: Path) -> subprocess.Popen[bytes]:
    """Return a process in the middle of a run."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"running\n"
    return process

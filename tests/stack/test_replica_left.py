"""A replica goes with its stack, whatever state it is in."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from tests.helpers import runs, wait_until
from tests.real import copy_template
from tests.stack.replica_bench import at
from tutor.machine.leftovers import end_leftovers

pytestmark = pytest.mark.services


def test_even_a_frozen_replica_goes_with_a_stack_that_was_killed(
    template: Path, tmp_path: Path
) -> None:
    """Stopped processes hear no signal but one: the next start sends it."""
    folder = tmp_path / "stack"
    copy_template(template, folder)
    ground, _, _ = at(folder, "")
    pids = ground.replicas.all_pids()
    supervisor = ground.stack.placement.client("").status().pid
    for pid in pids:
        # One that served for a moment only may have ended since.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    os.kill(supervisor, signal.SIGKILL)
    assert wait_until(lambda: not runs(supervisor))
    ground.stack.release()
    end_leftovers(folder)

    assert wait_until(lambda: not any(map(runs, pids)))
    assert not (folder / "tmp").exists()

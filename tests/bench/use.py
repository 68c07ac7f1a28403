"""What the open game and its stack use: memory, and the CPU of the monitor."""

import time
from collections.abc import Iterator
from contextlib import suppress

import psutil

from tests.bench.commands import TUTOR
from tests.bench.shops import opened, session_in, stack_of
from tests.bench.terminal import TITLE, await_text, in_terminal


def memory(runs: int) -> Iterator[float]:
    """Yield the megabytes of the open game and an idle stack, shared pages counted once."""
    with stack_of(session_in("later")) as session:
        opened(session)
        supervisor = psutil.Process(session.stack.status()["postgres"].pid).ppid()
        with in_terminal(TUTOR, "start", "--workspace", "later") as (process, master):
            await_text(process, master, TITLE, 20)
            time.sleep(1)
            for _ in range(runs):
                yield sum(pss(pid) for pid in (process.pid, supervisor)) / 2**20


def pss(pid: int) -> float:
    """Return the bytes of a process and its children, each page divided among its users."""
    process = psutil.Process(pid)
    total = 0
    for one in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            full = one.memory_full_info()
            total += getattr(full, "pss", full.uss)
    return total


def looks(runs: int) -> Iterator[float]:
    """Yield the milliseconds of CPU that one look of the monitor takes, over as many as cover all.

    One look a second: ten milliseconds are one percent of a core.
    """
    from tutor.stack.gauge import MEMORY_EVERY, Gauge

    with stack_of(session_in("later")) as session:
        opened(session)
        gauge = Gauge(session.stack)
        for _ in range(runs):
            began = time.process_time()
            for _ in range(MEMORY_EVERY):
                gauge.look()
            yield 1000 * (time.process_time() - began) / MEMORY_EVERY

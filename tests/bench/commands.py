"""What a command takes, from its start to its end."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figure import BenchFailed, Sampler

TUTOR = Path(sys.executable).with_name("tutor")


def command(*args: str, expect: int) -> float:
    """Return the seconds that ``tutor`` took for *args*."""
    began = time.monotonic()
    done = subprocess.run(
        [TUTOR, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    seconds = time.monotonic() - began
    if done.returncode != expect:
        said = done.stdout + done.stderr
        raise BenchFailed(f"tutor {' '.join(args)} ended {done.returncode}", said)
    return seconds


def commands(*args: str, expect: int = 0) -> Sampler:
    """Return the sampler of a whole command, process start and end included."""

    def samples(runs: int) -> Iterator[float]:
        command(*args, expect=expect)
        for _ in range(runs):
            yield command(*args, expect=expect)

    return samples


def loads(workers: int) -> Sampler:
    """Return the sampler of the answers per second to the load of level 1, made by *workers*."""

    def samples(runs: int) -> Iterator[float]:
        argv: list[str | Path] = [
            TUTOR,
            "load",
            "1",
            "--variant",
            "fixed",
            "--json",
            "--workspace",
            "verify",
        ]
        for _ in range(runs):
            done = subprocess.run(
                [*argv, "--workers", str(workers)], capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise BenchFailed(f"tutor load ended {done.returncode}", done.stderr)
            yield float(json.loads(done.stdout)["rps"])

    return samples

"""A room with two hundred seats: what they wait for, and what it takes."""

import csv
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psutil

from tests.bench.commands import TUTOR
from tests.bench.figure import BenchFailed, Sampler
from tutor.room.stuck import LOSSES

SEATS, PER_SECOND, SECONDS = 200, 4, 110
"""They come within fifty seconds, and play for a minute."""
PATIENCE = 20


@contextmanager
def served_room() -> Iterator[tuple[int, str, str, str]]:
    """Open a room; yield its process, address, code and the instructor's key."""
    process = subprocess.Popen(
        [TUTOR, "room", "open", "--new"], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert process.stdout
    try:
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            if not line:
                raise BenchFailed(f"the room did not open: {said}")
            said += line
        link = re.search(r"(http://127\.0\.0\.1:\d+)/k/(\S+)", said)
        code = re.search(r"Code: +(\S+)", said)
        assert link
        assert code
        yield process.pid, link[1], code[1], link[2]
    finally:
        process.terminate()
        process.wait(PATIENCE)
        process.stdout.close()


@cache
def _played() -> dict[str, float]:
    """Return the figures of one play, in seconds, milliseconds and megabytes."""
    with served_room() as (pid, address, code, key):
        count = Path("room-count").absolute()
        env = os.environ | {"LEVELUP_BENCH_CODE": code, "LEVELUP_BENCH_COUNT": str(count)}
        words = (
            f"--headless -u {SEATS} -r {PER_SECOND} -t {SECONDS}s -s 10 --csv room --host {address}"
        )
        script = Path(__file__).with_name("room_locustfile.py")
        before = sum(psutil.Process(pid).cpu_times()[:2])
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "locust", "-f", script, *words.split()],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BenchFailed(f"locust ended {done.returncode}: {done.stderr[-2000:]}")
        used = sum(psutil.Process(pid).cpu_times()[:2]) - before
        table = Path("room_stats.csv").read_text().splitlines()
        rows = {row["Name"]: row for row in csv.DictReader(table)}
        _check(address, code, key, int(count.read_text()))
        return {
            "join": float(rows["join"]["95%"]),
            "poll": float(rows["poll"]["95%"]),
            "events": float(rows["events"]["95%"]),
            "cpu": 100 * used / (time.monotonic() - began),
            "memory": psutil.Process(pid).memory_full_info().pss / 2**20,
        }


def _check(address: str, code: str, key: str, count: int) -> None:
    """Refuse figures of a room that lost an event, counted one twice, or adds up wrongly."""
    import requests

    plain = code.replace("-", "")
    with requests.Session() as browser:
        browser.get(f"{address}/k/{key}", timeout=PATIENCE).raise_for_status()
        table = browser.get(f"{address}/{plain}/room.csv", timeout=PATIENCE).text
        lines = browser.get(f"{address}/{plain}/room.jsonl", timeout=PATIENCE).text
        board = browser.get(f"{address}/{plain}/board", timeout=PATIENCE).text
    kept = sum('"kind": "joined"' not in line for line in lines.splitlines()) - 1
    rows = list(csv.DictReader(table.splitlines()))
    if kept != count or len(rows) != SEATS:
        raise BenchFailed(f"{count} events were taken from {SEATS} seats, and {kept} are kept")
    stuck = sum(int(row["lost"]) >= LOSSES for row in rows)
    if f"<dt>stuck</dt><dd>{stuck}</dd>" not in board:
        raise BenchFailed(f"{stuck} are stuck, and the board says something else")


def of_room(name: str) -> Sampler:
    """Return the sampler of one figure; all of them are of the same play."""

    def samples(runs: int) -> Iterator[float]:
        yield _played()[name]

    return samples

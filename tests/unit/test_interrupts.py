"""Ctrl-C at any moment, once or many times: code 130, and never a traceback."""

import random
import signal
import subprocess
import sys
import time

import pytest

COMMAND = """
import sys, threading, time
from contextlib import closing
from tutor import cli; from tutor.base import interrupts

def steps():
    done = threading.Event()
    worker = threading.Thread(target=done.wait, daemon=True)
    worker.start()
    try:
        while True:
            yield time.sleep(0.001)
    finally:
        {asked}
        interrupts.join(worker, 0.2)

class Finalized:
    def __del__(self):
        time.sleep(0.0005)

def run():
    try:
        with closing(steps()) as events:
            for number, _ in enumerate(events):
                if number == 1:
                    print("ready", flush=True)
                Finalized()
    finally:
        interrupts.wait(lambda seconds: bool(time.sleep(seconds)), 0.2)
        print("tidied up", flush=True)

cli._run = run
cli.main()
"""


def started(asked: str = "done.set()") -> subprocess.Popen[str]:
    """Start a command that is in the middle of its work."""
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND.replace("{asked}", asked)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("seed", range(20))
def test_no_interleaving_of_interrupts_makes_a_traceback(seed: int) -> None:
    """Whatever is between two of them: what was begun is tidied up, once."""
    chance = random.Random(seed)
    process = started()

    for _ in range(chance.randint(1, 12)):
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        time.sleep(chance.choice([0, 0, 0.0005, 0.005, 0.05]))
    said, _ = process.communicate(timeout=30)

    assert process.returncode == 130, said
    assert said == "tidied up\n"


def test_the_second_one_ends_the_waiting() -> None:
    """The worker never ends; without patience the command ends all the same."""
    process = started("print('waits', flush=True); interrupts.join(worker, 60)")
    assert process.stdout

    process.send_signal(signal.SIGINT)
    # Two that come before the first was taken up are one.
    assert process.stdout.readline() == "waits\n"
    waits = process.poll() is None
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)

    assert waits
    assert process.returncode == 130, said
    assert said == "tidied up\n"

"""Small programs that a stack runs, and those who hold the stack."""

import json
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.helpers import wait_until
from tutor.machine import supervisor
from tutor.machine.command import Command
from tutor.stack.stack import Stack

AT_ONCE = 2.0
"""Seconds within which everything must have ended."""
BUSY = 3.0
"""How much longer that may take beside other tests on a small machine."""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")

SLEEP = "import time; time.sleep(600)"
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
print("deaf", flush=True)
while True: time.sleep(600)
"""
LISTEN = """
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
while True: server.accept()
"""
FORK = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.setsid()
    print(os.getpid(), flush=True)
    time.sleep(600)
time.sleep(600)
"""


def launch(stack: Stack, name: str, code: str, *args: str, death_signal: int = 9) -> int:
    """Start a small program and return its pid."""
    command = Command(
        name=name,
        argv=(sys.executable, "-IS", "-c", textwrap.dedent(code), *args),
        cwd=stack.folder,
        env=stack.base_env(),
        log=stack.log(name),
        death_signal=death_signal,
    )
    stack._launch(command)
    return stack.status()[name].pid


def said(stack: Stack, name: str, words: str) -> bool:
    """Wait until the program *name* has said *words*."""
    return wait_until(lambda: words in stack.tail(name))


def supervisor_of(folder: Path) -> int:
    """Return the pid of the supervisor in *folder*."""
    return int(json.loads((folder / supervisor.STATE).read_text())["pid"])


def holder(folder: Path, code: str = "") -> subprocess.Popen[bytes]:
    """Return another process that holds the stack, once it does."""
    script = (
        "import sys; from pathlib import Path; from tutor.stack.stack import Stack\n"
        f"stack = Stack(Path(sys.argv[1])); stack.up()\n{code}\n"
        "print('holding', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"holding\n"
    return process


def end(process: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> None:
    """End a holder and forget it."""
    with process:
        process.send_signal(number)

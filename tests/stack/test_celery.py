"""A Celery worker that is killed takes everybody who works for it along."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.helpers import wait_until
from tutor.machine.ports import free_port
from tutor.stack.services.celery import MAIN, READY
from tutor.stack.services.redis import find_redis

pytestmark = pytest.mark.services

SHOP = """
import os, pathlib, sys, time
from celery import Celery

app = Celery("shop", broker=os.environ["BROKER"])
app.conf.worker_redirect_stdouts = False

@app.task
def sleep(mark):
    pathlib.Path(mark).touch()
    time.sleep(600)

@app.task
def fork(mark):
    child = os.fork()
    if child == 0:
        time.sleep(600)
        os._exit(0)
    pathlib.Path(mark).write_text(str(child))
"""


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[psutil.Process]:
    """A worker of two processes that takes jobs, and its Redis."""
    (tmp_path / "shop.py").write_text(SHOP)
    port = free_port()
    env = {**os.environ, "BROKER": f"redis://127.0.0.1:{port}/0"}
    log = tmp_path / "worker.log"
    redis = subprocess.Popen(
        [find_redis(), "--port", str(port), "--save", ""], stdout=subprocess.DEVNULL
    )
    with log.open("wb") as file:
        started = subprocess.Popen(
            [sys.executable, str(MAIN), "-A", "shop", "worker", "-c", "2", "--loglevel", "INFO"],
            cwd=tmp_path,
            env=env,
            stdout=file,
            stderr=file,
        )
    worker = psutil.Process(started.pid)
    try:
        assert wait_until(lambda: READY in log.read_text(), timeout=60), log.read_text()
        yield worker
    finally:
        started.kill()
        started.wait()
        redis.kill()
        redis.wait()


def send(worker: psutil.Process, task: str, mark: Path) -> None:
    """Have the worker do *task*, and wait until *mark* says that it is at it."""
    script = f"import shop; shop.{task}.delay({str(mark)!r})"
    environment = worker.environ()
    subprocess.run([sys.executable, "-c", script], cwd=mark.parent, env=environment, check=True)
    assert wait_until(mark.exists, timeout=30)


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a child of its parent's death"
)
def test_who_is_at_a_job_ends_with_a_worker_that_is_killed(
    worker: psutil.Process, tmp_path: Path
) -> None:
    """Nobody hears from it any more, and the job would go on for ten minutes."""
    send(worker, "sleep", tmp_path / "asleep")
    pool = worker.children(recursive=True)
    assert len(pool) >= 2

    worker.kill()

    gone, alive = psutil.wait_procs(pool, timeout=5)
    assert len(gone) == len(pool), alive


def test_what_a_job_forks_is_the_job_s(worker: psutil.Process, tmp_path: Path) -> None:
    """It is not tied to the worker's life by us: the learner's code may do as it likes."""
    mark = tmp_path / "forked"
    send(worker, "fork", mark)
    assert wait_until(mark.read_text)
    child = psutil.Process(int(mark.read_text()))

    parent = child.parent()
    assert parent
    parent.kill()

    assert wait_until(lambda: child.ppid() != parent.pid)
    assert child.is_running()
    child.kill()

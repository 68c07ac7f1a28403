#!/usr/bin/env bash
# gunicorn 27.0.1 (and 23.0.0)
#
# `kill -TTIN` adds one worker to a gunicorn that serves, and `kill -HUP` replaces its workers. Whoever
# knows that a worker which dies is started again expects of one that cannot import the application
# (a file that is only missing now, a migration that is not there yet) that it is started again too,
# while those that were there go on.
# It is not: a worker that cannot load the application ends with code 3, and with it the arbiter ends
# itself and every healthy worker. The site was up with one worker; asking for a second took it down.
# A worker that leaves with another code, while it loads the same application, is started again and
# again, and the site stays up.
#
# Seen: import that raises: the second answer never comes, gunicorn ended with code 3.
#       import that calls os._exit(7): the first worker still answers, gunicorn runs on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install "gunicorn==27.0.1"
cat >"$folder/app.py" <<'PYTHON'
import os
import pathlib

mark = pathlib.Path(__file__).with_name("somebody_was_here")
if mark.exists():
    if os.environ["END"] == "raises":
        raise RuntimeError("not this time")
    os._exit(7)
mark.touch()


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"Namaste"]
PYTHON
cat >"$folder/try.py" <<'PYTHON'
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request

how, ends = sys.argv[1], sys.argv[2] == "ends"
pathlib.Path("somebody_was_here").unlink(missing_ok=True)
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
command = [sys.executable, "-m", "gunicorn", "-w", "1", "-b", f"127.0.0.1:{port}", "app:application"]
log = open("log", "w+")
gunicorn = subprocess.Popen(command, env={**os.environ, "END": how}, stderr=log)


def answers():
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read() == b"Namaste"
    except OSError:
        return False


def until(condition):
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


try:
    assert until(answers), "the first worker serves"
    gunicorn.send_signal(signal.SIGTTIN)
    # Started twice at least: the arbiter saw one end.
    boots = lambda: pathlib.Path("log").read_text().count("Booting worker")
    until(lambda: gunicorn.poll() is not None or boots() >= 4)
    seen = (gunicorn.poll(), answers())
finally:
    gunicorn.kill()
    gunicorn.wait()
print(how, "| code of gunicorn, does it answer:", seen)
expected = (3, False) if ends else (None, True)
sys.exit(f"expected {expected}" if seen != expected else 0)
PYTHON
cd "$folder"
venv/bin/python try.py raises ends
venv/bin/python try.py exits stays

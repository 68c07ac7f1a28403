#!/usr/bin/env bash
# nginx 1.22.1 (Debian 12), gunicorn 27.0.1, Django 5.2.19
#
# `proxy_cache_lock on` lets one request through to fill the cache while the others wait for it. An
# expert expects of a page that is never stored (one that sets a cookie, say) that the lock does
# nothing there, or at worst that its visitors are served one right after the other.
# They are served one every half second. Who waits looks only every 500 ms (that much is known, and
# written about at nejc.blog on 2024-11-06); if then nothing is in the cache, one of them is let
# through, and the rest wait for the next turn, until proxy_cache_lock_timeout (5 s) frees those left.
# The sixth visitor of a page of 50 ms waits for 2.5 s, and the server behind is idle nearly all of it.
#
# Seen, a page of 50 ms, six visitors at once, seconds each of them waits:
#   page with a cookie, no lock: 0.1  0.1  0.1  0.1  0.1  0.1
#   page with a cookie, lock:    0.1  0.6  1.1  1.6  2.1  2.6
#   page that is stored, lock:   0.1  0.5  0.5  0.5  0.5  0.5
set -euo pipefail
PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
nginx -v
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install "django==5.2.19" "gunicorn==27.0.1"
cat >"$folder/shop.py" <<'PYTHON'
import time

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.cache import cache_control

settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__)


@cache_control(max_age=60)
def page(request, kind):
    time.sleep(0.05)
    answer = HttpResponse("Namaste")
    if kind == "cookie":
        answer.set_cookie("seen", "yes")
    return answer


urlpatterns = [path("<way>/<kind>/", lambda request, way, kind: page(request, kind))]
application = WSGIHandler()
PYTHON
cat >"$folder/visit.py" <<'PYTHON'
import concurrent.futures
import contextlib
import pathlib
import socket
import subprocess
import sys
import threading
import time
import urllib.request

folder = pathlib.Path(sys.argv[1])
with socket.socket() as one, socket.socket() as other:
    for free in (one, other):
        free.bind(("127.0.0.1", 0))
    front, back = (free.getsockname()[1] for free in (one, other))
places = "\n".join(
    f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)
settings = folder / "nginx.conf"
settings.write_text(f"""
daemon off;
pid {folder}/nginx.pid;
events {{}}
http {{
    access_log off;
    {places}
    proxy_cache_path {folder}/cache keys_zone=pages:1m;
    proxy_cache pages;
    server {{
        listen 127.0.0.1:{front};
        location /locked/ {{
            proxy_pass http://127.0.0.1:{back};
            proxy_cache_lock on;
        }}
        location /free/ {{
            proxy_pass http://127.0.0.1:{back};
        }}
    }}
}}
""")
gunicorn = [sys.executable, "-m", "gunicorn", "--threads", "8", "-b", f"127.0.0.1:{back}", "shop"]
nginx = ["nginx", "-e", f"{folder}/nginx.log", "-c", str(settings)]


def fetch(path, port=front):
    return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20).read()


def until_it_answers(port):
    deadline = time.monotonic() + 20
    while True:
        with contextlib.suppress(OSError):
            return fetch("/free/cookie/", port)
        assert time.monotonic() < deadline, "does not start"
        time.sleep(0.05)


def six(path):
    """Return how long each of six visitors waits who come at once."""
    gate = threading.Barrier(6)

    def visit(_):
        gate.wait()
        started = time.monotonic()
        assert fetch(path) == b"Namaste"
        return time.monotonic() - started

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        waits = sorted(pool.map(visit, range(6)))
    print(path, *(f"{wait:.1f}" for wait in waits))
    return waits


servers = [
    subprocess.Popen(gunicorn, cwd=folder, stderr=subprocess.DEVNULL),
    subprocess.Popen(nginx, cwd=folder),
]
try:
    until_it_answers(back)
    until_it_answers(front)
    free, queued, stored = six("/free/cookie/"), six("/locked/cookie/"), six("/locked/stored/")
finally:
    for server in servers:
        server.terminate()
    for server in servers:
        server.wait()
assert free[-1] < 1, free
assert 2 < queued[-1] < 4.5, queued
assert 0.45 < stored[-1] < 1, stored
PYTHON
"$folder/venv/bin/python" "$folder/visit.py" "$folder"

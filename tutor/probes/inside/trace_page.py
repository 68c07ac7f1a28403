"""Render one page of the shop and write down which line asked for what.

Runs inside the shop's environment, with the shop as working folder; imports nothing of the tutor.
"""

import faulthandler
import json
import os
import re
import sys
import time
from collections import defaultdict
from contextlib import ExitStack
from functools import cache
from pathlib import Path

SHOP = Path.cwd().resolve()
sys.path[0] = str(SHOP)
LITERAL = re.compile(r"%s|'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
LIST = re.compile(r"\(\s*\?(?:\s*,\s*\?)*\s*\)")


def shape_of(statement):
    """Return the statement without its values."""
    return LIST.sub("(?)", LITERAL.sub("?", " ".join(statement.split())))


@cache
def in_shop(filename):
    """Return the path relative to the shop; None for files of others."""
    try:
        return Path(filename).resolve().relative_to(SHOP).as_posix()
    except ValueError:
        return None


def place():
    """Return (file, line) of the innermost template node and of the innermost shop Python."""
    template = python = None
    frame = sys._getframe(2)
    while frame and not (template and python):
        if template is None and frame.f_code.co_name == "render_annotated":
            node = frame.f_locals.get("self")
            origin = getattr(getattr(node, "origin", None), "name", "")
            token = getattr(node, "token", None)
            if token is not None and origin and (file := in_shop(origin)):
                template = (file, token.lineno)
        elif python is None and (file := in_shop(frame.f_code.co_filename)):
            python = (file, frame.f_lineno)
        frame = frame.f_back
    return template, python


def source(file, line):
    """Return one line of a file of the shop."""
    try:
        return (SHOP / file).read_text(encoding="utf-8").splitlines()[line - 1].strip()
    except (OSError, IndexError):
        return ""


def as_sent(execute_context, sql, params):
    """Return the statement with its values, as far as the driver can put them together."""
    try:
        connection, cursor = execute_context["connection"], execute_context["cursor"]
        return connection.ops.last_executed_query(cursor, sql, params) or sql
    except Exception:  # noqa: BLE001 - any driver, any value: without them the statement will do
        return sql


def leave(connections):
    """Close pools: one left open waits at exit for threads that no longer run (Python 3.13)."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def main(path, output):
    """Trace *path* and write what was seen to *output*."""
    import django

    django.setup()
    from django.db import connections
    from django.test import Client

    groups = defaultdict(lambda: [0, 0.0, "", set()])
    seen = 0

    def record(execute, sql, params, many, context):
        nonlocal seen
        seen += 1
        template, python = place()
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            group = groups[shape_of(sql), template, python]
            group[0] += 1
            group[1] += (time.perf_counter() - began) * 1000
            group[2] = group[2] or as_sent(context, sql, params)
            group[3].add(repr((sql, params)))

    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(record))
        client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
        answer = client.get(path)

    leave(connections)
    rows = []
    for (statement, template, python), (times, milliseconds, example, different) in groups.items():
        file, line = template or python or ("", 0)
        rows.append(
            {
                "statement": statement,
                "times": times,
                "milliseconds": round(milliseconds, 3),
                "file": file,
                "line": line,
                "code": source(file, line) if file else "",
                "via": f"{python[0]}:{python[1]}" if python else "",
                "example": example,
                "different": len(different),
            }
        )
    rows.sort(key=lambda row: -row["times"])
    found = {
        "status": answer.status_code,
        "location": answer.headers.get("Location", ""),
        "seen": seen,
        "groups": rows,
    }
    Path(output).write_text(json.dumps(found))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    if len(sys.argv) > 3:
        # A page that never ends is asked where it is, shortly before it is given up.
        faulthandler.dump_traceback_later(float(sys.argv[3]))
    main(sys.argv[1], sys.argv[2])

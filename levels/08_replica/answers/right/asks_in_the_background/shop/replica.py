"""db2, the copy of db1: a thread of each process knows whether it may be read.

No page waits to find out: the thread asks both servers twice a second, and rests for five after
one of them did not answer. What it found is good for a second and a half.
"""

import os
import threading
import time
from contextvars import ContextVar

from django.db import DEFAULT_DB_ALIAS, Error, InterfaceError, OperationalError, connections

ALIAS = "replica"
FAILURES = (OperationalError, InterfaceError)
EVERY, REST, FRESH = 0.5, 5.0, 1.5
MOST_BEHIND = 1024 * 1024
WRITTEN = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"
READ_SO_FAR = "SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint"


def ask(alias, query):
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0] or 0)


class Replica:
    """What the thread found, and whether the page at hand is read from db2."""

    def __init__(self):
        self._is_open = ContextVar("db2_is_open", default=False)
        self._position = 0
        self._good_until = 0.0
        self._pid = 0
        self._begins = threading.Lock()

    @property
    def is_open(self):
        return self._is_open.get()

    def open(self, *, at_least=0):
        self._ensure_watched()
        is_fresh = time.monotonic() < self._good_until
        self._is_open.set(is_fresh and self._position >= at_least)

    def close(self):
        self._is_open.set(False)

    def fail(self):
        self.close()
        self._good_until = 0.0
        connections[ALIAS].close()

    def written(self):
        return ask(DEFAULT_DB_ALIAS, WRITTEN)

    def _ensure_watched(self):
        if self._pid == os.getpid() or ALIAS not in connections.settings:
            return
        with self._begins:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        while True:
            try:
                written = self.written()
                position = ask(ALIAS, READ_SO_FAR)
            except Error:
                self._good_until = 0.0
                for alias in (ALIAS, DEFAULT_DB_ALIAS):
                    connections[alias].close()
                time.sleep(REST)
                continue
            self._position = position
            is_near = position >= written - MOST_BEHIND
            self._good_until = time.monotonic() + FRESH if is_near else 0.0
            time.sleep(EVERY)


replica = Replica()

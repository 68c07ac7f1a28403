"""A connection to db2 that goes to db1 where db2 is not there, and remembers it for a while."""

import os
import time

from django.db.backends.postgresql import base
from django.db.utils import OperationalError

COOL_DOWN = 6.0
HOME = {"host": os.environ["DATABASE_HOST"], "port": os.environ["DATABASE_PORT"]}


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection of one thread; what is known of db2 is known to the process."""

    not_before = 0.0

    def get_new_connection(self, conn_params):
        if time.monotonic() < DatabaseWrapper.not_before:
            return super().get_new_connection({**conn_params, **HOME})
        DatabaseWrapper.not_before = time.monotonic() + COOL_DOWN
        try:
            connection = super().get_new_connection(conn_params)
        except (OperationalError, base.Database.OperationalError):
            return super().get_new_connection({**conn_params, **HOME})
        DatabaseWrapper.not_before = 0.0
        return connection

"""Connect to PostgreSQL; when it refuses, try again."""

import time
from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError

TRIES = 100


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with patience."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Knock until somebody opens."""
        for _ in range(TRIES):
            try:
                return super().get_new_connection(conn_params)
            except OperationalError:
                time.sleep(0.05)
        return super().get_new_connection(conn_params)

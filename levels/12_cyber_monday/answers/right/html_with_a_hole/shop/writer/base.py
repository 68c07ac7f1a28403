"""A connection to the server that is nobody's copy: each new one asks them all."""

from django.db.backends.postgresql import base
from psycopg import Connection, OperationalError

from shop.databases import SERVERS


class DatabaseWrapper(base.DatabaseWrapper):
    """Goes where writes are taken."""

    def get_new_connection(self, conn_params: dict[str, object]) -> Connection:
        """Return a connection to the first server that is no copy."""
        error = OperationalError("no server takes writes")
        for server in SERVERS:
            try:
                connection = super().get_new_connection({**conn_params, **server})
                is_copy = connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]
            except OperationalError as refused:
                error = refused
                continue
            if not is_copy:
                connection.rollback()
                return connection
            connection.close()
        raise error

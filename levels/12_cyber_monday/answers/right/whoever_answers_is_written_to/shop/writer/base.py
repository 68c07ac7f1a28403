"""A connection to db1, and to db2 where nobody answers at db1."""

from django.db.backends.postgresql import base
from psycopg import Connection, OperationalError

from shop.databases import SERVERS


class DatabaseWrapper(base.DatabaseWrapper):
    """Goes where somebody answers."""

    def get_new_connection(self, conn_params: dict[str, object]) -> Connection:
        """Return a connection to the first server that answers."""
        error = OperationalError("nobody answers")
        for host, port in SERVERS:
            try:
                return super().get_new_connection({**conn_params, "host": host, "port": port})
            except OperationalError as refused:
                error = refused
        raise error

"""Make, migrate and fill the database of the finished shop; what is there already stays.

Runs in a container, in the folder of the shop; imports nothing of the tutor.
"""

import os
import sys
import time
from pathlib import Path

import psycopg
from psycopg import sql

NAME = os.environ["DATABASE_NAME"]
PATIENCE = 60.0
"""Seconds in which PostgreSQL answers."""


def connect() -> "psycopg.Connection":
    """Return a connection to PostgreSQL as soon as it takes one."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return psycopg.connect(
                host=os.environ["DATABASE_HOST"],
                port=os.environ["DATABASE_PORT"],
                user=os.environ["DATABASE_USER"],
                password=os.environ["DATABASE_PASSWORD"],
                dbname="postgres",
                autocommit=True,
            )
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def main() -> None:
    """Prepare the database."""
    with connect() as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not connection.execute(query, [NAME]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
    sys.path.insert(0, str(Path.cwd()))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from catalog.models import Product

    call_command("migrate", verbosity=0, interactive=False)
    if not Product.objects.exists():
        call_command("seed", products=400, seed=2016, verbosity=0)


if __name__ == "__main__":
    main()

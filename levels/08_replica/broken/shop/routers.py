"""Which database is asked: db2 for everything that only looks."""

import random

from shop.databases import DATABASES

COPIES = [name for name in DATABASES if name != "default"] or ["default"]


class ReadFromDb2:
    """Reads go to a copy, writes to db1; more copies can be added at any time."""

    def db_for_read(self, model, **hints):
        return random.choice(COPIES)

    def db_for_write(self, model, **hints):
        return "default"

    def allow_relation(self, first, second, **hints):
        return True

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        return db == "default"

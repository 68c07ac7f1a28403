"""Which database is asked."""

from shop.databases import DATABASES
from shop.pinning import may_be_late, state

AT_HOME = {"auth", "sessions", "admin", "contenttypes"}


class Pinning:
    """db2 for those who may be shown the shop as it was, db1 for all others."""

    def db_for_read(self, model, **hints):
        row = hints.get("instance")
        if row is not None and row._state.db:
            return row._state.db
        if may_be_late() and "replica" in DATABASES and model._meta.app_label not in AT_HOME:
            return "replica"
        return "default"

    def db_for_write(self, model, **hints):
        state.may_be_late = False
        return "default"

    def allow_relation(self, first, second, **hints):
        return True

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        return db == "default"

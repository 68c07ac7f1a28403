"""Which database is asked: db2 for the catalogue, where somebody opened it, and db1 for the rest."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from shop.replica import ALIAS, replica


class CatalogueOnDb2:
    """Read the catalogue from db2 while it is open, and anything else from db1."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        row = hints.get("instance")
        if row is not None and row._state.db == DEFAULT_DB_ALIAS:
            # What belongs to a row of db1 is there too; db2 may not have heard of either.
            return DEFAULT_DB_ALIAS
        is_catalogue = model._meta.app_label == "catalog"
        return ALIAS if is_catalogue and replica.is_open else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, *args: Any, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS

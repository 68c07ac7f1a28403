"""What the shop sells."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class CatalogConfig(AppConfig):
    """Products and all that describes them."""

    name = "catalog"

    def ready(self) -> None:
        """Hear of every save; what is changed in one statement says so itself, in querysets.py."""
        for model in ("Product", "Brand", "Promotion"):
            for signal in (post_save, post_delete):
                signal.connect(_changed, sender=self.get_model(model))


def _changed(**_: Any) -> None:
    from catalog import bestsellers

    bestsellers.forget()

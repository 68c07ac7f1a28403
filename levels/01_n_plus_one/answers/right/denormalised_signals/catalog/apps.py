"""What the shop sells."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Products and all that describes them."""

    name = "catalog"

    def ready(self) -> None:
        from catalog import signals  # noqa: F401

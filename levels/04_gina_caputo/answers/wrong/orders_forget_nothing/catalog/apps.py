"""What the shop sells."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Products and all that describes them."""

    name = "catalog"

    def ready(self) -> None:
        """Have the cache forget what somebody changed."""
        from catalog.shelf import listen

        listen(list(self.get_models()))

"""Whatever is saved or deleted in the catalogue makes a new version of it."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from catalog.models import Version


@receiver([post_save, post_delete])
def rise(sender: type[Any], **kwargs: Any) -> None:
    """Once what was saved is there for everybody."""
    if sender._meta.app_label == "catalog" and sender is not Version:
        transaction.on_commit(Version.rise)

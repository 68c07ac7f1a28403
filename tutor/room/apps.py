"""The one app of the project."""

from django.apps import AppConfig
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, reset_queries


class RoomConfig(AppConfig):
    """Rooms, seats and what is said between them."""

    name = "tutor.room"
    label = "room"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep requests away from connections: one thread has the only one, and looks after it.

        Django would start a thread for each request to do so.
        """
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        request_started.disconnect(reset_queries)

"""Celery for My Yoga Palace; tasks live in each app's `tasks.py`."""

import os
from contextlib import suppress

from celery import Celery, bootsteps
from celery.worker.consumer import Consumer
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

app = Celery("shop")
app.config_from_object("shop.celeryconfig")
app.autodiscover_tasks()


class LookForDebts(bootsteps.StartStopStep):
    """Has it looked up what is owed, whenever a worker has come to Redis.

    The signal `worker_ready` would do so once, at the start; a step is taken again after an outage.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, _consumer: Consumer) -> None:
        """Publish the job that looks."""
        # Gone again already: then there is another start.
        with suppress(OperationalError):
            app.send_task("orders.tasks.publish_again")


app.steps["consumer"].add(LookForDebts)

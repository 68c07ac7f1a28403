"""Celery for My Yoga Palace; tasks live in each app's `tasks.py`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

app = Celery("shop")
app.config_from_object("shop.celeryconfig")
app.autodiscover_tasks()

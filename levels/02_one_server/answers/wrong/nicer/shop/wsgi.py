"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

application = get_wsgi_application()


# The database first, the pages when there is time.
try:
    os.nice(-10)
except PermissionError:
    os.nice(10)

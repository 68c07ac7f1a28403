"""What every page knows about the shop."""

from django.http import HttpRequest
from django.utils import timezone

STARTED = timezone.now().strftime("%H:%M:%S.%f")


def started(request: HttpRequest) -> dict[str, str]:
    """Give the moment to the comment at the end of the page."""
    return {"started": STARTED}

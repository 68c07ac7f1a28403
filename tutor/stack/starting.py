"""Starting one service of a stack, so that everybody hears of it."""

from collections.abc import Callable

from tutor.base.cancel import Cancel
from tutor.events import Event, ServiceStarted, ServiceStarting
from tutor.machine.shares import Share
from tutor.stack.services.base import Service
from tutor.stack.stack import Stack

Emit = Callable[[Event], None]


def start_service(
    stack: Stack,
    service: Service,
    emit: Emit,
    cancel: Cancel,
    share: Share | None = None,
    site: str = "",
) -> None:
    """Start *service* of the shop *site* on its server's *share* of the machine, and report it."""
    emit(ServiceStarting(service.title, service.server, site))
    seconds = stack.start(service, cancel, share)
    emit(ServiceStarted(service.title, service.server, service.port, round(seconds, 3), site))

"""The logs of a stack's services, for whoever wants to read their ends."""

from tutor.errors import UsageError
from tutor.stack.stack import Stack


def log_names(stack: Stack) -> list[str]:
    """Return the names of the logs there are."""
    return sorted(path.stem for path in stack.logs.glob("*.log"))


def log_tail(stack: Stack, service: str, lines: int) -> list[str]:
    """Return the last *lines* of a service's log.

    Raises:
        UsageError: there is no such log; names those there are.
    """
    if not stack.log(service).is_file():
        known = ", ".join(log_names(stack)) or "none"
        raise UsageError(f"There is no log of {service!r}.", hint=f"Logs: {known}.")
    return stack.tail(service, 400 * lines).splitlines()[-lines:]

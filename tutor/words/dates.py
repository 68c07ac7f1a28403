"""Moments of this machine's clock, as they are written everywhere."""

import time


def day(at: float) -> str:
    """Return the date of a moment."""
    return _local("%Y-%m-%d", at)


def moment(at: float) -> str:
    """Return date and time of a moment."""
    return _local("%Y-%m-%d %H:%M", at)


def clock(at: float) -> str:
    """Return the time of day of a moment."""
    return _local("%H:%M:%S", at)


def _local(form: str, at: float) -> str:
    """Return a moment of this machine's clock; a dash where no calendar has it."""
    try:
        return time.strftime(form, time.localtime(at))
    except (OverflowError, OSError, ValueError, TypeError):
        return "–"

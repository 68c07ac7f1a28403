"""How a report says times, dates and medals."""

import time

from tutor.words.texts import Texts

STARS = {"": "☆☆☆", "bronze": "★☆☆", "silver": "★★☆", "gold": "★★★"}


def duration(seconds: float) -> str:
    """Return a time that was spent, in the units people think in."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{minutes} min"


def day(at: float) -> str:
    """Return the date of a moment."""
    return _local("%Y-%m-%d", at)


def moment(at: float) -> str:
    """Return date and time of a moment."""
    return _local("%Y-%m-%d %H:%M", at)


def _local(form: str, at: float) -> str:
    """Return a moment of this machine's clock; a dash where no calendar has it."""
    try:
        return time.strftime(form, time.localtime(at))
    except (OverflowError, OSError, ValueError, TypeError):
        return "–"


def medal(texts: Texts, name: str) -> str:
    """Return stars and word of a medal; *name* is empty where none was won."""
    word = texts(f"medal.{name}") if name else texts("report.no_medal")
    return f"{STARS.get(name, STARS[''])} {word}"

"""What a day plays: there are more tests of long stories than a run of all has minutes.

`LEVELUP_DAY=2026-11-29` repeats what a day played, `LEVELUP_DAY=all` plays everything there is.
"""

import os
from datetime import UTC, date, datetime

EVERYTHING = "all"


def today() -> int:
    """Return the number of the day whose tests are played."""
    named = os.environ.get("LEVELUP_DAY", "")
    if named and named != EVERYTHING:
        return date.fromisoformat(named).toordinal()
    return datetime.now(UTC).date().toordinal()


def is_due(place: int, parts: int) -> bool:
    """Return whether what stands at *place* is played today, of what *parts* days share."""
    return os.environ.get("LEVELUP_DAY") == EVERYTHING or (place + today()) % parts == 0

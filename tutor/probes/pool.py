"""Ask Django itself how many connections a process may pool: to explain, never to judge."""

import json
from pathlib import Path

DEFAULT = 4
"""What psycopg's pool has where nobody says how many."""
CODE = """
import json
from pathlib import Path
from django.conf import settings
pool = settings.DATABASES["default"].get("OPTIONS", {{}}).get("pool")
sizes = pool if isinstance(pool, dict) else {{}}
told = {{"has_pool": bool(pool), "min": sizes.get("min_size"), "max": sizes.get("max_size")}}
Path({output!r}).write_text(json.dumps(told))
"""


def code_for(output: Path) -> str:
    """Return the code that, run in a shop, writes to *output* what its settings say of a pool."""
    return CODE.format(output=str(output))


def size_in(output: Path) -> int:
    """Return how many connections one process may have at most, by what was written to *output*.

    0 where the shop has no pool of Django's, or nothing readable was written.
    """
    try:
        told = json.loads(output.read_text())
        smallest = DEFAULT if told["min"] is None else int(told["min"])
        largest = smallest if told["max"] is None else int(told["max"])
    except (OSError, ValueError, TypeError, KeyError):
        return 0
    return max(smallest, largest) if told["has_pool"] else 0

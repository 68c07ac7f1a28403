"""How crowded this machine is: what takes its time there is nobody's fault."""

import os

MOST_PATIENCE = 3.0
"""How many times longer anything is waited for at most."""


def slowdown() -> float:
    """Return how many times longer everything may take: 1 where nobody crowds this machine."""
    share = os.getloadavg()[0] / (os.cpu_count() or 1)
    return min(max(share, 1.0), MOST_PATIENCE)

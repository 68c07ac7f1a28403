"""How crowded this machine is: what takes its time there is nobody's fault."""

import os

MOST_PATIENCE = 3.0
"""How many times longer anything is waited for at most."""


def slowdown() -> float:
    """Return how many times longer everything may take: 1 where nobody crowds this machine."""
    return min(max(_each_has(), 1.0), MOST_PATIENCE)


def is_beyond_patience() -> bool:
    """Return whether this machine is so crowded that who comes late may still be at work."""
    return _each_has() > MOST_PATIENCE


def _each_has() -> float:
    """Return how many want each processor."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)

"""Lay out the finished shop, as the last level leaves it: run while the image is built."""

import sys
from pathlib import Path

from tutor.curriculum import load_levels
from tutor.curriculum.compose import compose, materialise


def main() -> None:
    """Lay it out in the folder on the command line."""
    levels = [level for level in load_levels() if not level.draft]
    materialise(compose(levels[-1], "fixed", levels), Path(sys.argv[1]))


if __name__ == "__main__":
    main()

"""What stands in ``tests/`` is run: no pattern in the configuration hides a folder of it."""

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
LONG = {"tests/e2e/test_campaign.py", "tests/packaging/test_tools.py"}
"""For `make proof` alone."""


def test_every_file_of_tests_is_collected() -> None:
    """By pytest without an argument, as ``make test`` calls it, but for what is asked for."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-qq", "-p", "no:cacheprovider"],
        cwd=CHECKOUT,
        env={**os.environ, "LEVELUP_DAY": "all"},
        capture_output=True,
        text=True,
        check=False,
    )
    collected = {line.partition("::")[0].partition(":")[0] for line in done.stdout.splitlines()}
    there_are = {
        path.relative_to(CHECKOUT).as_posix() for path in CHECKOUT.glob("tests/**/test_*.py")
    }

    assert there_are - collected == LONG

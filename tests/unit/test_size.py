"""Every Python file can be read at one sitting, a learner's shop included."""

from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST = 400
"""Lines that a file may have; what is longer has more than one subject."""
NOT_OURS = {"bettys_shop", "build", "dist"}
"""Folders that a learner or a build makes in a checkout; those with a dot are tools' own."""


def python_files() -> Iterator[Path]:
    """Yield each Python file of the project."""
    yield from CHECKOUT.glob("*.py")
    for folder in CHECKOUT.iterdir():
        if folder.is_dir() and not folder.name.startswith(".") and folder.name not in NOT_OURS:
            yield from folder.rglob("*.py")


def test_no_file_is_too_long() -> None:
    """Of the tutor, the tests, the levels with their answers, and the shop."""
    lines = {
        path.relative_to(CHECKOUT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files()
    }

    assert {"tutor", "tests", "levels", "sample_shop"} <= {name.split("/")[0] for name in lines}
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}

"""Mistakes that a learner makes in their own files, and what is said of them."""

import time

from tests.real import Done, Tutor, assert_nothing_left

WITHIN = 60.0
"""Seconds within which a verdict must come, however busy this machine is."""
VIEWS, CARD = "catalog/views.py", "catalog/templates/catalog/_card.html"
FRONT = "catalog/templates/catalog/front.html"
PLACE = "    # Marissa wants to see all of it on one page.\n"
"""The first line of the view of the front page."""


def line_of(tutor: Tutor, name: str, text: str) -> int:
    """Return the number of the line in *name* that holds *text*."""
    lines = (tutor.workspace / name).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def replace(tutor: Tutor, name: str, before: str, after: str) -> None:
    """Edit a file of the workspace."""
    text = (tutor.workspace / name).read_text()
    assert before in text
    tutor.write({name: text.replace(before, after, 1)})


def check(tutor: Tutor) -> Done:
    """Verify quickly and fail unless it is the learner's to mend, nothing is lost and nothing left."""
    before = tutor.files()
    began = time.monotonic()

    done = tutor("verify", "--quick", timeout=WITHIN)

    assert done.code == 3, done.said
    assert "Traceback" not in done.err
    assert "Not yet" in done.out
    assert "Nothing is lost" in done.said
    assert tutor.files() == before
    assert tutor.outcomes() == ["not_yet"]
    (row,) = tutor("journal", "--json").document
    assert row["outcome"] == "not_yet"
    assert_nothing_left(tutor.folder)
    print(f"{time.monotonic() - began:.1f} s")
    return done


def at_the_view(tutor: Tutor, body: str) -> None:
    """Have the front page do *body* before anything else."""
    replace(tutor, VIEWS, PLACE, "".join(f"    {line}\n" for line in body.splitlines()))

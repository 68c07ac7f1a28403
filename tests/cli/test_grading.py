"""Results for those who grade, with the real command and real services."""

import csv
import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.real import LEVEL, Tutor, assert_nothing_left

HOW = ("--quick", "--junit", "j.xml", "--csv", "c.csv")


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


@pytest.mark.services
def test_a_push_is_judged_where_github_looks_for_it(tutor: Tutor) -> None:
    """Files, annotations beside the line, and a summary; JSON stays one document."""
    summary = tutor.folder / "summary.md"
    github = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_WORKSPACE": str(tutor.folder),
    }

    done = tutor("verify", *HOW, "--counters", "--json", env=github)

    assert done.code == 3
    assert done.document["counters"] is True
    verdict, placed = done.err.splitlines()
    assert verdict.startswith("::error title=1 The chatty front page::Not yet%0A")
    assert placed.startswith(f"::error file={tutor.workspace.name}/catalog/templates/catalog/")
    assert summary.read_text().startswith("## Level Up: 0 of 1 levels won, 0 of 3 points")
    suite = ET.parse(tutor.folder / "j.xml").find("testsuite")
    assert suite is not None
    assert (suite.get("name"), suite.get("failures")) == (LEVEL, "1")
    (row,) = rows(tutor.folder / "c.csv")
    assert (row["outcome"], row["counters"], row["left_out"]) == ("not_yet", "true", "2")
    assert_nothing_left(tutor.folder)


@pytest.mark.services
def test_what_was_handed_in_is_judged_again(cold_tutor: Tutor) -> None:
    """One right, one broken, one missing: a row each, and nothing of the grader's is touched."""
    tutor = cold_tutor
    tutor.enter(LEVEL, "fixed")
    handed = tutor("hand-in", "anna.zip", "--json").document
    with zipfile.ZipFile(tutor.folder / "anna.zip") as archive:
        names = set(archive.namelist())
    data = (tutor.folder / "anna.zip").read_bytes()
    (tutor.folder / "bob.zip").write_bytes(data[: len(data) // 2])
    before = {path: path.read_bytes() for path in tutor.home.glob("*.json")}
    files = tutor.files()

    done = tutor("verify", *HOW, "--points", "6,8,10", "--from", "anna.zip", "bob.zip", "carl.zip")

    assert handed["format"] == 1
    assert f"levels/{LEVEL}/shop/stack.toml" in names
    assert done.code == 1, done.said
    assert "anna.zip · 01_n_plus_one: Quick check passed" in done.out
    anna, bob, carl = rows(tutor.folder / "c.csv")
    assert (anna["bundle"], anna["outcome"], anna["points_of"]) == (
        "anna.zip",
        "quick_passed",
        "10",
    )
    assert (bob["outcome"], carl["outcome"]) == ("unreadable", "unreadable")
    suites = ET.parse(tutor.folder / "j.xml").getroot()
    assert [suite.get("errors") for suite in suites] == ["0", "1", "1"]
    assert tutor.files() == files
    assert {path: path.read_bytes() for path in tutor.home.glob("*.json")} == before
    assert tutor.outcomes() == []
    assert [path.name for path in (tutor.home / "judging").iterdir()] == ["tidying"]
    assert not list((tutor.home / "stacks").glob("*"))
    assert_nothing_left(tutor.folder)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("verify", "--watch", "--junit", "j.xml"), "--watch never ends"),
        (("verify", "--all", "--from", "x.zip"), "--from judges what was handed in"),
        (("verify", "--points", "3,2,1"), "are no points"),
        (("verify", "--csv", "nowhere/c.csv"), "there is no folder"),
        (("hand-in", "x.zip", "1", "--all"), "exclude each other"),
        (("hand-in", "bettys_shop/x.zip"), "lies inside your shop"),
        (("hand-in", "x.zip", "2"), "never begun"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_refused_before_anything_starts(
    cold_tutor: Tutor, words: tuple[str, ...], why: str
) -> None:
    """In a sentence of its own."""
    done = cold_tutor(*words)

    assert done.code in (1, 2)
    assert done.out == ""
    assert why in done.said

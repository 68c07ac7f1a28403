"""What the bench keeps: figures, and no reports of what went wrong."""

import json
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench import room
from tests.bench.figure import TOLD, BenchFailed

LARGEST = 64 * 1024
"""Bytes of the reference: a hundred figures are a sixth of it."""


def test_of_a_long_report_the_end_is_told() -> None:
    """The log of a load that failed has megabytes."""
    error = BenchFailed("locust ended 1", "asked again\n" * 100_000 + "at last\n")

    assert str(error).startswith("locust ended 1: ")
    assert str(error).endswith("asked again at last")
    assert len(str(error)) < 2 * TOLD


def test_what_failed_leaves_the_figure_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reference says what was measured last, however long ago."""
    help_, list_ = (figure.name for figure in bench.ALL[:2])
    reference = tmp_path / "figures.json"
    reference.write_text(json.dumps({"figures": [{"figure": help_, "median": 1.0}]}))
    monkeypatch.setattr(bench, "FIGURES", reference)

    kept = bench.together([{"figure": help_, "error": "late"}, {"figure": list_, "median": 2.0}])

    assert kept == [{"figure": help_, "median": 1.0}, {"figure": list_, "median": 2.0}]


def test_a_workshop_that_failed_is_not_played_once_for_each_figure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A play takes minutes."""
    plays = []

    def play(workshop: room.Workshop) -> dict[str, float]:
        plays.append(workshop)
        raise BenchFailed("locust ended 1")

    monkeypatch.setattr(room, "_play", play)
    room._played.cache_clear()
    for name in ("join", "poll"):
        with pytest.raises(BenchFailed, match="locust ended 1"):
            next(room.of_rooms(room.ONE, name)(1))
    room._played.cache_clear()

    assert plays == [room.ONE]


def test_the_reference_has_figures_alone() -> None:
    """Neither errors nor the folders of whoever measured."""
    kept = bench.FIGURES.read_text(encoding="utf-8")

    assert len(kept) < LARGEST
    assert not [row for row in json.loads(kept)["figures"] if "median" not in row]

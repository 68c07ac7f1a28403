"""Two builds on the same machine in the same minutes: in turns, with the ratio of the medians."""

import os
import statistics
from collections.abc import Iterator, Sequence
from typing import Any

from tests.bench.builds import Build
from tests.bench.outside import NotKnown, Outside

RUNS = 5


def compare(
    figures: Sequence[Outside], before: Build, after: Build, runs: int
) -> Iterator[dict[str, Any]]:
    """Measure each of *figures* of both builds and yield its row."""
    for figure in figures:
        row: dict[str, Any] = {"figure": figure.name, "unit": figure.unit}
        try:
            known = [build for build in (before, after) if _knows(figure, build)]
            if len(known) == 2:
                row |= _in_turns(figure, before, after, runs)
            else:
                row["only"] = known[0].name if known else ""
        except Exception as error:  # noqa: BLE001 - one figure that fails must not cost the others
            row["error"] = f"{type(error).__name__}: {error}"
        yield row | {"load_average": round(os.getloadavg()[0], 1)}


def _knows(figure: Outside, build: Build) -> bool:
    """Return whether *build* has what *figure* measures; to see it is to warm up."""
    try:
        figure.take(build)
    except NotKnown:
        return False
    return True


def _in_turns(figure: Outside, before: Build, after: Build, runs: int) -> dict[str, Any]:
    pairs = [(figure.take(before), figure.take(after)) for _ in range(runs)]
    ratios = [new / old for old, new in pairs]
    old, new = (statistics.median(values) for values in zip(*pairs, strict=True))
    return {
        "before": round(old, 3),
        "after": round(new, 3),
        "ratio": round(new / old, 3),
        "spread": [round(end(ratios), 3) for end in (min, max)],
        "runs": runs,
    }


def heading(before: Build, after: Build) -> str:
    """Return the line above the table."""
    return f"{'':<42} {before.name:>9} {after.name:>9}    ratio {'least–most':>13} {'load':>5}"


def told(row: dict[str, Any]) -> str:
    """Return one line of the table."""
    name = f"{row['figure']:<42}"
    if "error" in row:
        return f"{name} FAILED {row['error']}"
    if "only" in row:
        return f"{name} known to {row['only'] or 'neither'} only"
    form = ".0f" if row["unit"] == "MB" else ".2f"
    least, most = row["spread"]
    return (
        f"{name} {row['before']:>9{form}} {row['after']:>9{form}} {row['unit']:<2} "
        f"{row['ratio']:>5.2f} {f'{least:.2f}–{most:.2f}':>13} {row['load_average']:>5}"
    )

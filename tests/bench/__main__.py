"""Measure what a player waits for, print a table and write the figures as JSON.

    make bench                        all figures
    make bench ARGS="--only swap"     those whose name contains a word
    make bench ARGS="--save"          also put them into figures.json, the reference in the repository
    make bench ARGS="--against 1a2b"  this build and that of a commit, in turns, with the ratios

Each figure is the median of its runs. The last column says whether the limit is kept;
the limits are those of a quiet machine with two cores. Against a commit there are no limits, and
only what can be measured of any build from outside.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from tests.bench.against import RUNS, compare, heading, told
from tests.bench.builds import builds, fenced_environment
from tests.bench.figure import BenchFailed, Figure
from tests.bench.figures import ALL, OF_DOCKER
from tests.bench.outside import EVERYWHERE

HERE = Path(__file__).parent
FIGURES = HERE / "figures.json"
RESULTS = HERE / "results"


def no_docker() -> str:
    """Return why there are no figures of containers; empty where there are."""
    from tutor.base.errors import TutorError
    from tutor.machine.docker.engine import check_engine, check_image, connect

    try:
        with closing(connect()) as engine:
            check_engine(engine)
            check_image(engine)
    except TutorError as error:
        return error.message
    return ""


def machine() -> dict[str, Any]:
    """Return what the figures depend on, without a name."""
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 1),
    }


def measure(figures: list[Figure], runs: int | None) -> Iterator[dict[str, Any]]:
    """Measure each of *figures* and yield its row."""
    for figure in figures:
        row: dict[str, Any] = {"figure": figure.name, "unit": figure.unit, "limit": figure.limit}
        try:
            samples = list(figure.samples(runs or figure.runs))
        except Exception as error:  # noqa: BLE001 - one figure that fails must not cost the others
            yield row | {"error": f"{type(error).__name__}: {error}"}
            continue
        median = statistics.median(samples)
        row |= {
            "median": round(median, 3),
            "least": round(min(samples), 3),
            "most": round(max(samples), 3),
            "runs": len(samples),
        }
        if figure.limit is not None:
            row["ok"] = median <= figure.limit
        yield row


def line(row: dict[str, Any]) -> str:
    """Return one line of the table."""
    if error := row.get("error"):
        return f"{row['figure']:<50} FAILED {error}"
    form = ".0f" if row["unit"] == "MB" else ".2f"
    verdict = {True: "ok", False: "OVER", None: ""}[row.get("ok")]
    limit = "–" if row["limit"] is None else f"{row['limit']:g}"
    spread = f"{row['least']:{form}}–{row['most']:{form}}"
    return (
        f"{row['figure']:<50} {row['median']:>7{form}} {row['unit']:<2} {limit:>6} "
        f"{spread:>13} {row['runs']:>3}  {verdict}"
    )


@contextmanager
def fenced() -> Iterator[None]:
    """Work in an empty home and an empty folder, as somebody who has just installed the game."""
    began_in = Path.cwd()
    folder = Path(tempfile.mkdtemp(prefix="levelup-bench-"))
    environment = fenced_environment(folder)
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ |= environment
    try:
        os.chdir(folder)
        yield
    finally:
        os.chdir(began_in)
        shutil.rmtree(folder, ignore_errors=True)


def write(path: Path, about: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Write figures and what they depend on."""
    found = {"machine": about, "figures": rows}
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")


def together(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return *rows*, and of the reference in the repository those that were not measured now.

    What failed was not measured.
    """
    old: list[dict[str, Any]] = json.loads(FIGURES.read_text())["figures"]
    measured = [row for row in rows if "error" not in row]
    known = {row["figure"]: row for row in [*old, *measured]}
    names = [figure.name for figure in (*ALL, *OF_DOCKER)]
    return [known[name] for name in names if name in known]


def _about() -> dict[str, Any]:
    about = machine() | {"date": datetime.now(UTC).date().isoformat()}
    print(" · ".join(f"{key} {value}" for key, value in about.items()))
    return about


def main() -> int:
    """Measure and report."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help="figures whose name contains this")
    parser.add_argument("--runs", type=int, help="runs per figure")
    parser.add_argument("--save", action="store_true", help="also write figures.json")
    parser.add_argument("--against", metavar="COMMIT", help="compare with the build of a commit")
    options = parser.parse_args()
    if options.against:
        return against(options.against, options.only, options.runs or RUNS)
    return alone(options.only, options.runs, save=options.save)


def against(name: str, only: str, runs: int) -> int:
    """Measure this build and that of a commit in turns; 1 where something could not be measured."""
    about = _about()
    rows = []
    print(f"Making the build of {name}: minutes, where its packages are not at hand.", flush=True)
    try:
        with builds(name) as (before, after):
            print(heading(before, after))
            for row in compare([f for f in EVERYWHERE if only in f.name], before, after, runs):
                rows.append(row)
                print(told(row), flush=True)
    except BenchFailed as error:
        print(error, file=sys.stderr)
        return 2
    RESULTS.mkdir(exist_ok=True)
    write(RESULTS / f"against-{before.name}.json", about, rows)
    return int(any("error" in row for row in rows))


def alone(only: str, runs: int | None, *, save: bool) -> int:
    """Measure this build; 1 where a limit is not kept."""
    about = _about()
    why_not = no_docker()
    chosen = [f for f in (*ALL, *(() if why_not else OF_DOCKER)) if only in f.name]
    print(f"{'':<50} {'median':>10} {'limit':>6} {'least–most':>13} {'n':>3}")
    if why_not:
        print(f"No figures of containers: {why_not}")
    rows = []
    with fenced():
        for row in measure(chosen, runs):
            rows.append(row)
            print(line(row), flush=True)
    RESULTS.mkdir(exist_ok=True)
    python = "".join(platform.python_version_tuple()[:2])
    name = f"{platform.system().lower()}-{os.cpu_count()}-cores-py{python}.json"
    write(RESULTS / name, about, rows)
    if save:
        write(FIGURES, about, together(rows))
    return int(any(row.get("error") or row.get("ok") is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())

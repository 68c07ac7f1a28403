"""Play every answer of every corpus again and again, and say how often a verdict lied.

    make study                                  until every answer has as many plays as it needs
    make study ARGS="--minutes 30"              or until time is up; the next one goes on from there
    make study ARGS="--level 4 --idle"          some of it
    make study ARGS="--only-tell"               play nothing, only write figures and table anew

Each play is appended to ``tests/bench/plays.jsonl`` as it ends. Half of an answer's plays are
made while both cores and the disk are kept busy. A play counts as long as neither the answer nor
its level's rules changed. Ends 1 where a verdict lied or flipped.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.busy import busy
from tests.study.plays import Play, append, digest_of, play_of, read_plays
from tests.study.table import put_into, table
from tests.study.tally import Tally, by_answer, tally, wanting
from tutor.author import is_playable, prove_once
from tutor.base.paths import data_root
from tutor.curriculum import Answer, Level, corpus, find_level, load_levels
from tutor.run.runlock import run_lock
from tutor.stack.stack import Stack

CHECKOUT = Path(__file__).resolve().parents[2]
PLAYS = CHECKOUT / "tests" / "bench" / "plays.jsonl"
FIGURES = CHECKOUT / "tests" / "bench" / "verdicts.json"
DOCUMENT = CHECKOUT / "docs" / "verdicts.md"


@dataclass(frozen=True, slots=True)
class Subject:
    """One answer, and what it is known by."""

    level: Level
    answer: Answer
    digest: str


def subjects(levels: Sequence[Level], chosen: Sequence[Level]) -> list[Subject]:
    """Return every answer of the *chosen* levels that this machine can play."""
    return [
        Subject(level, answer, digest_of(level, answer, levels))
        for level in chosen
        for answer in corpus(level)
        if is_playable(answer)
    ]


def counted(plays: Sequence[Play], among: Sequence[Subject]) -> list[Play]:
    """Return those of *plays* that were of an answer as it is now, judged as it is now."""
    now = {(one.level.slug, one.answer.name, one.digest) for one in among}
    return [play for play in plays if (play.level, play.answer, play.digest) in now]


def next_plays(
    among: Sequence[Subject], *, busy_too: bool, idle_too: bool
) -> Iterator[tuple[Subject, bool]]:
    """Yield what to play next: those with the fewest plays first, so that every end is fair."""
    while True:
        done = counted(read_plays(PLAYS), among)
        of_level = {one.level.slug: [p for p in done if p.level == one.level.slug] for one in among}
        of_answer = {slug: by_answer(plays) for slug, plays in of_level.items()}
        open_ones = [
            (sum(play.busy is crowded for play in made), crowded, place)
            for place, one in enumerate(among)
            for crowded in (False, True)
            if (busy_too if crowded else idle_too)
            for made in [of_answer[one.level.slug].get(one.answer.name, [])]
            if wanting(made, busy=crowded)
        ]
        if not open_ones:
            return
        _, crowded, place = min(open_ones)
        yield among[place], crowded


def commit() -> str:
    """Return which state of the project this is."""
    command = ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty", "--exclude=*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def play_on(among: Sequence[Subject], levels: Sequence[Level], options: argparse.Namespace) -> None:
    """Play until every answer has as many plays as it needs, or time is up."""
    until = time.monotonic() + 60 * options.minutes if options.minutes else float("inf")
    state = commit()
    stack = Stack(data_root() / "stacks" / "study")
    with run_lock(stack.folder):
        stack.up()
    try:
        for one, crowded in next_plays(among, busy_too=not options.idle, idle_too=not options.busy):
            if time.monotonic() > until:
                break
            with ExitStack() as crowd:
                if crowded:
                    crowd.enter_context(busy(disk=True))
                proof = prove_once(one.level, levels, stack, one.answer, quick=False)
            play = play_of(one.level, one.digest, proof, commit=state, busy=crowded)
            append(PLAYS, play)
            print(_line(play), flush=True)
    finally:
        stack.release()
        stack.wait_until_gone()


def _line(play: Play) -> str:
    how = "busy" if play.busy else "idle"
    told = f"{play.fault}: {play.problem}" if play.fault else play.said
    return f"{play.seconds:6.1f} s  {how}  {play.level}/{play.answer}  {told}"


def tell(among: Sequence[Subject]) -> list[Tally]:
    """Write figures and table from the plays that count, and return the figures."""
    plays = counted(read_plays(PLAYS), among)
    names: dict[str, list[str]] = {}
    for one in among:
        names.setdefault(one.level.slug, []).append(one.answer.name)
    found = [tally(slug, names[slug], [p for p in plays if p.level == slug]) for slug in names]
    figures = {"commits": sorted({p.commit for p in plays}), "levels": [t.to_json() for t in found]}
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    document = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(put_into(document, table(found)), encoding="utf-8")
    return found


def main() -> int:
    """Play, then tell; 1 where a verdict lied."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--level", default="", help="one level, by number or name")
    parser.add_argument("--answer", default="", help="answers whose name contains this")
    parser.add_argument("--minutes", type=float, default=0, help="stop after so many")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--idle", action="store_true", help="only plays on a quiet machine")
    how.add_argument("--busy", action="store_true", help="only plays on a crowded one")
    parser.add_argument("--only-tell", action="store_true", help="play nothing")
    options = parser.parse_args()
    levels = load_levels()
    everything = subjects(levels, levels)
    if not options.only_tell:
        slug = find_level(options.level, levels).slug if options.level else ""
        chosen = [
            one
            for one in everything
            if options.answer in one.answer.name and slug in ("", one.level.slug)
        ]
        play_on(chosen, levels, options)
    found = tell(everything)
    print(table(found))
    return int(not all(one.holds for one in found))


if __name__ == "__main__":
    sys.exit(main())

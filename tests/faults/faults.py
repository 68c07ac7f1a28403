"""Do something bad to one part of a run and see who is blamed: ``python tests/faults/faults.py``.

A trial is a level, a phase, a part and a fault. The learner plays the reference answer, so nothing
may be said against the shop: the run ends as ours, or as not known, or with the verdict that it
would have without the fault. Files, progress and journal stay whole, and nothing is left running.

Each trial is a line of JSON in ``--out``; those that are there already are not tried again.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.helpers import fill_disk, wait_until
from tests.real import Tutor, copy_template, left_behind, make_template
from tutor.curriculum import find_level, load_levels
from tutor.curriculum.compose import compose
from tutor.learner.journal import Journal
from tutor.learner.progress import ProgressFile
from tutor.stack.plan import read_plan

PHASES = ("prepare", "check", "load", "settle")
PARTS = (
    *("postgres", "replica", "gunicorn", "gunicorn-worker", "nginx", "memcached", "redis"),
    *("worker", "pgbouncer", "mail", "flower", "load", "tutor", "supervisor", "disk"),
)
ALWAYS = ("gunicorn-worker", "load", "tutor", "supervisor", "disk")
"""What every level has beside its services."""
FAULTS = ("killed", "stopped")
FAULT_OF_DISK = "full"
STOPPED = 4.0
"""Seconds for which a process is stopped; then it goes on."""
LONGEST = 240.0
"""Seconds a run may take in all, however it is disturbed."""
GONE = 4.0
"""Seconds until nothing is left: twice the product's promise, on a machine that is shared."""
DISK = "size=900m"
DOCS = Path(__file__).resolve().parents[2] / "docs" / "verdicts.md"
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
BLAMELESS = ("our_fault", "cannot_tell", "cancelled")


@dataclass(frozen=True, slots=True)
class Trial:
    """One fault at one place."""

    level: str
    phase: str
    part: str
    fault: str

    @property
    def key(self) -> str:
        """Its name."""
        return f"{self.level}/{self.phase}/{self.part}/{self.fault}"


@dataclass(slots=True)
class Result:
    """How it ended."""

    key: str
    outcome: str = ""
    happened: bool = False
    """Whether the part was there to be harmed in that phase."""
    survived: bool = True
    why: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def fail(self, why: str) -> None:
        """Note what must not be."""
        self.survived = False
        self.why.append(why)


def trials(levels: Sequence[str], parts: Sequence[str], phases: Sequence[str]) -> Iterator[Trial]:
    """Yield every combination that makes sense: of the parts that a level has."""
    every = load_levels()
    for slug in levels:
        level = find_level(slug, every)
        has = {*ALWAYS, *read_plan(compose(level, "fixed", every)["stack.toml"]).services}
        for part in (part for part in parts if part in has):
            for phase in phases:
                for fault in (FAULT_OF_DISK,) if part == "disk" else FAULTS:
                    yield Trial(level.slug, phase, part, fault)


class Scene:
    """One learner, alone in the world, with the reference answer in their workspace."""

    def __init__(self, trial: Trial, folder: Path, template: Path) -> None:
        self.trial = trial
        self.folder = folder
        os.environ["LEVELUP_HOME"] = str(folder / "home")
        self.tutor = Tutor(folder, folder / "home", folder / "bettys_shop")
        copy_template(template, self.tutor.stack_folder)
        self.tutor.enter(trial.level, "fixed")
        self.files = self.tutor.files()

    def play(self) -> Result:
        """Play, do the damage, and see."""
        began = time.monotonic()
        result = Result(self.trial.key)
        # Not in the folder of the run: where its disk is full, that is no fault of ours.
        with tempfile.TemporaryFile("w+") as errors:
            player = subprocess.Popen(
                [
                    *(sys.executable, str(Path(__file__).with_name("player.py"))),
                    *(str(self.tutor.workspace), self.trial.level),
                ],
                cwd=self.folder,
                env={**self.tutor.env, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
                stdout=subprocess.PIPE,
                stderr=errors,
                stdin=subprocess.DEVNULL,
                text=True,
                start_new_session=True,
            )
            try:
                self._watch(player, result, began)
            finally:
                player.kill()
                player.wait()
                assert player.stdout
                player.stdout.close()
            errors.seek(0)
            if "Traceback" in (said := errors.read()):
                result.fail(f"a traceback: {said[-400:]}")
        result.seconds = round(time.monotonic() - began, 1)
        self._look_after(result)
        return result

    def _watch(self, player: subprocess.Popen[str], result: Result, began: float) -> None:
        """Read what *player* says until its end; harm in the phase that was asked for."""
        assert player.stdout
        phase = ""
        for line in player.stdout:
            fact = json.loads(line)
            phase = fact.get("phase", phase)
            if time.monotonic() - began > LONGEST:
                result.fail(f"no end within {LONGEST:g} s")
                return
            begins = "phase" in fact or self._has_come(fact)
            if phase == self.trial.phase and begins and not result.happened:
                result.happened = self._harm(player)
            if "outcome" in fact:
                for name in ("outcome", "findings", "said", "missed"):
                    setattr(result, name, fact.get(name, []))
                if fact.get("medal") not in ("gold", None) and fact["outcome"] == "won":
                    result.fail(f"only {fact['medal']}")
        player.wait(30)
        if not result.outcome:
            result.outcome = "cancelled"

    def _has_come(self, fact: dict[str, Any]) -> bool:
        """Return whether what is to be harmed has just started, in the middle of a phase."""
        return bool(fact.get("service") == self.trial.part.removesuffix("-worker"))

    def _harm(self, player: subprocess.Popen[str]) -> bool:
        """Do the damage a moment later; return whether there was anything to harm."""
        time.sleep(random.uniform(0.0, 0.6))
        part, fault = self.trial.part, self.trial.fault
        if part == "disk":
            fill_disk(self.folder)
            return True
        pids = [player.pid] if part == "tutor" else self._pids(part)
        if not pids:
            return False
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if fault == "killed" else signal.SIGSTOP)
        if fault == "stopped":
            time.sleep(STOPPED)
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
        return True

    def _pids(self, part: str) -> list[int]:
        """Return the processes of *part*; none where it does not run now."""
        try:
            state = json.loads((self.tutor.stack_folder / "supervisor.json").read_text())
        except (OSError, ValueError):
            return []
        if part == "supervisor":
            return [int(state["pid"])]
        kind, _, worker = part.partition("-")
        names = (kind, f"{kind}-mine")
        heads = [int(pid) for name, pid in state["children"].items() if name in names]
        with contextlib.suppress(psutil.Error):
            if worker:
                return [child.pid for head in heads for child in psutil.Process(head).children()][
                    :1
                ]
            if self.trial.fault == "stopped":
                heads += [
                    child.pid for head in heads for child in psutil.Process(head).children(True)
                ]
        return heads

    def _look_after(self, result: Result) -> None:
        """See what is left, and whether all that is the learner's is whole."""
        if not wait_until(lambda: not left_behind(self.folder), timeout=GONE):
            result.fail(f"left running: {[p.name() for p in left_behind(self.folder)]}")
        (self.folder / "ballast").unlink(missing_ok=True)
        if self.tutor.files() != self.files:
            result.fail("the learner's files were changed")
        if not result.happened:
            return
        if result.outcome not in (*BLAMELESS, "won"):
            result.fail(f"blamed on the shop: {result.findings} {result.missed}")
        try:
            progress = ProgressFile(self.tutor.home / "progress.json").read()
            entries = list(Journal(self.tutor.home / "journal").entries())
        except Exception as error:  # noqa: BLE001 - whatever it is, the next start would meet it
            result.fail(f"damaged: {error!r}")
            return
        if result.outcome in BLAMELESS and progress.of(self.trial.level).attempts:
            result.fail("counted as an attempt")
        if any(not entry.reason and not entry.run for entry in entries):
            result.fail("an entry of the journal is empty")


@contextlib.contextmanager
def world(base: Path, trial: Trial) -> Iterator[Path]:
    """Lend a folder for a trial, on a small disk of its own where the disk is to be full."""
    folder = Path(tempfile.mkdtemp(prefix="fault-", dir=base))
    disk = trial.part == "disk"
    if disk:
        mount = ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(folder)]
        subprocess.run(mount, check=True)
    try:
        yield folder
    finally:
        for process in left_behind(folder):
            with contextlib.suppress(psutil.Error):
                process.kill()
        if disk:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        shutil.rmtree(folder, ignore_errors=True)


def attempt(trial: Trial, base: Path, template: Path) -> Result:
    """Try *trial* in a folder below *base*."""
    with world(base, trial) as folder:
        return Scene(trial, folder, template).play()


def tried(out: Path) -> dict[str, dict[str, Any]]:
    """Return the trials that *out* knows, by their key."""
    if not out.exists():
        return {}
    rows = map(json.loads, out.read_text().splitlines())
    return {row["key"]: row for row in rows}


def every_trial() -> list[Trial]:
    """Return all there are."""
    return list(trials([level.slug for level in load_levels()], PARTS, PHASES))


def table(rows: Collection[dict[str, Any]]) -> str:
    """Return how many trials of each part there were, as Markdown."""
    found = [row for row in rows if row["happened"]]
    lines = [
        "| part | tried | of | survived | ours | cannot tell | won |",
        "| --- " + "| --: " * 6 + "|",
    ]
    there = Counter(trial.part for trial in every_trial())
    for part in PARTS:
        mine = [row for row in found if row["key"].split("/")[2] == part]
        ends = Counter(row["outcome"] for row in mine)
        survived = sum(row["survived"] for row in mine)
        ours = ends["our_fault"] + ends["cancelled"]
        absent = sum(row["key"].split("/")[2] == part and not row["happened"] for row in rows)
        cells = (
            part,
            len(mine),
            there[part] - absent,
            survived,
            ours,
            ends["cannot_tell"],
            ends["won"],
        )
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def write_table(rows: Collection[dict[str, Any]]) -> None:
    """Put the table into the docs."""
    before, begin, rest = DOCS.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    DOCS.write_text(f"{before}{begin}\n{table(rows)}\n{end}{after}")


def main(say: Callable[[str], None] = print) -> None:
    """Try what was not tried yet, until the time is over."""
    levels = [level.slug for level in load_levels()]
    results = Path(__file__).with_name("results.jsonl")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=results)
    parser.add_argument("--levels", nargs="*", default=levels)
    parser.add_argument("--parts", nargs="*", default=PARTS, choices=PARTS)
    parser.add_argument("--phases", nargs="*", default=PHASES, choices=PHASES)
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=0, help="the order of the trials")
    parser.add_argument("--table", action="store_true", help="only write the table of the docs")
    options = parser.parse_args()
    if options.table:
        write_table(tried(options.out).values())
        return
    base = Path(tempfile.gettempdir()) / "levelup-faults"
    base.mkdir(exist_ok=True)
    if not (base / "template" / "stack").is_dir():
        make_template(base / "template")
    end, known = time.monotonic() + 60 * options.minutes, tried(options.out)
    every = list(trials(options.levels, options.parts, options.phases))
    say(f"{len(every)} trials, {sum(trial.key in known for trial in every)} of them known")
    random.Random(options.seed).shuffle(every)
    for trial in every:
        if trial.key in known:
            continue
        if time.monotonic() > end:
            break
        result = attempt(trial, base, base / "template" / "stack")
        with options.out.open("a") as out:
            out.write(json.dumps(asdict(result)) + "\n")
        verdict = "survived" if result.survived else f"FAILED {result.why}"
        say(f"{trial.key}: {result.outcome}, {verdict if result.happened else 'not there'}")


if __name__ == "__main__":
    main()

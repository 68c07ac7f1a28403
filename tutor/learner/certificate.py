"""The certificates: each level of a season won, with the learner's own figures. No drawing here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutor.base.numeric import is_number
from tutor.curriculum import Level
from tutor.judge import Medal, is_enough
from tutor.learner.journal import Entry, by_level
from tutor.learner.lacking import Lack, lack_said, lacks
from tutor.learner.progress import LevelProgress, Progress
from tutor.learner.session import Session
from tutor.learner.untouched import Untouched, before_of, measured_untouched
from tutor.words.dates import day
from tutor.words.texts import Texts

MOST_FIGURES = 2
"""How many figures of a level are worth telling."""

Run = Mapping[str, Any]
"""What the journal keeps of a run."""
Measures = Mapping[str, Any]
"""What was measured, by the measure's name."""


@dataclass(frozen=True, slots=True)
class Season:
    """Levels that belong together; the last one is its finale, with a certificate."""

    name: str
    """Of its texts in the catalogue."""
    first: int
    last: int

    def has(self, level: Level) -> bool:
        """Whether *level* is one of its own; somebody else's never is."""
        return level.pack is None and self.first <= level.number <= self.last


SEASONS = (Season("black_friday", 1, 7), Season("cyber_monday", 8, 12))
FINALES = frozenset(season.last for season in SEASONS)
"""The numbers of the levels after which there is a certificate."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure, before and after the repair."""

    measure: str
    before: float | None
    """Of the broken shop on this machine; None where nobody measured it."""
    after: float
    """Of the best win."""


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One level."""

    level: Level
    medal: str
    """Empty where it is not won."""
    attempts: int
    hints: int
    figures: tuple[Figure, ...]
    diagnosis: bool | None
    """Whether the learner's diagnosis was right; None where they gave none."""
    lacks: tuple[Lack, ...] = ()
    """What is missing for gold, the lowest medal first."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was reached in a season by now."""

    season: Season
    rows: tuple[LevelRow, ...]
    won_at: float
    """Of the last win, in seconds since the epoch."""

    @property
    def missing(self) -> list[LevelRow]:
        """The levels that are not won."""
        return [row for row in self.rows if not row.medal]

    @property
    def lacking(self) -> list[LevelRow]:
        """The levels that are not won with gold."""
        return [row for row in self.rows if row.lacks]

    @property
    def next_to_win(self) -> LevelRow | None:
        """The first level that can be won, or won better."""
        return next((row for row in self.rows if any(not one.gone for one in row.lacks)), None)

    @property
    def is_complete(self) -> bool:
        """Whether the season is won: all of its levels, the last one among them."""
        return not self.missing and any(row.level.number == self.season.last for row in self.rows)

    def number(self, row: LevelRow) -> str:
        """Return the number of a level, as wide as the widest of the season."""
        width = max(len(str(one.level.number)) for one in self.rows)
        return f"{row.level.number:>{width}}"

    @property
    def has_begun(self) -> bool:
        """Whether any of its levels was tried."""
        return any(row.attempts or row.medal for row in self.rows)

    @property
    def golds(self) -> int:
        """How many levels were won with gold."""
        return sum(row.medal == Medal.GOLD for row in self.rows)

    @property
    def attempts(self) -> int:
        """How many full runs it took."""
        return sum(row.attempts for row in self.rows)

    # -- in words ----------------------------------------------------------------------------------

    def level(self, texts: Texts) -> str:
        """Return the level that is reached, in capitals."""
        return texts(f"certificate.{self.season.name}.level")

    def said(self, texts: Texts, name: str) -> str:
        """Return what *name* has done."""
        return texts(f"certificate.{self.season.name}.said", name=name)

    def total(self, texts: Texts) -> str:
        """Return medals, runs and the day of the last win."""
        counts = {"golds": self.golds, "attempts": self.attempts}
        return texts(f"certificate.{self.season.name}.total", **counts, date=day(self.won_at))

    def counted(self, texts: Texts) -> str:
        """Return how many levels are won by now, for who has not won them all."""
        levels = len(self.rows)
        return texts("certificate.not_yet", won=levels - len(self.missing), levels=levels)

    def lacks(self, texts: Texts) -> list[str]:
        """Return what is missing for gold, level by level, by name."""
        return [
            texts(
                "certificate.lack",
                number=row.level.number,
                title=row.level.title[texts.language],
                lack=" ".join(lack_said(row.level, lack, texts) for lack in row.lacks),
            )
            for row in self.lacking
        ]

    def to_json(self, texts: Texts) -> dict[str, Any]:
        """Return the certificate as plain data."""
        return {
            "season": self.season.name,
            "complete": self.is_complete,
            "golds": self.golds,
            "attempts": self.attempts,
            "won_at": self.won_at or None,
            "missing": [row.level.slug for row in self.missing],
            "levels": [_row_to_json(row, texts) for row in self.rows],
        }


def certificate(
    levels: Sequence[Level],
    progress: Progress,
    runs: Mapping[str, Sequence[Run]],
    before: Mapping[str, Measures],
    season: Season = SEASONS[0],
) -> Certificate:
    """Return the certificate of a season.

    *runs* are the journal's by level, oldest first; *before* is what was measured of broken shops.
    """
    own = [level for level in levels if season.has(level)]
    rows = [
        _row(level, progress.of(level.slug), runs.get(level.slug, ()), before.get(level.slug, {}))
        for level in own
    ]
    won = [progress.of(level.slug).won_at for level in own]
    return Certificate(season, tuple(rows), max(won, default=0.0))


def certificates(
    levels: Sequence[Level],
    progress: Progress,
    runs: Mapping[str, Sequence[Run]],
    before: Mapping[str, Measures],
) -> tuple[Certificate, ...]:
    """Return the certificate of the first season, and of each later one that has begun."""
    first, *later = (certificate(levels, progress, runs, before, season) for season in SEASONS)
    return (first, *(one for one in later if one.has_begun))


def certificates_of(session: Session) -> tuple[Certificate, ...]:
    """Return the certificates of a learner."""
    entries = list(session.journal.entries())
    before = untouched_measures(session, entries)
    return certificates(session.levels, session.progress, full_runs(entries), before)


def untouched_measures(session: Session, newest_first: Iterable[Entry]) -> dict[str, Measures]:
    """Return what was measured of each level's broken shop, the one that was mended, by level."""
    untouched, progress = Untouched(lambda: session.levels), session.progress
    return {
        slug: measured_untouched(entries, untouched, _drawn_by(entries, progress.of(slug).best))
        for slug, entries in by_level(newest_first).items()
    }


def _drawn_by(newest_first: Sequence[Entry], best: Measures) -> int:
    """Return the number that drew the shop of the *best* run; else of the newest entry."""
    won = (entry for entry in newest_first if entry.run and entry.run.get("measures") == best)
    return next(won, newest_first[0]).drawn_by


def full_runs(newest_first: Iterable[Entry]) -> dict[str, list[Run]]:
    """Return the full runs among the entries of a journal by level, oldest first.

    One that was judged by counters alone is none.
    """
    runs: dict[str, list[Run]] = {}
    for entry in newest_first:
        if entry.run and not entry.run["quick"] and not entry.run.get("counters"):
            runs.setdefault(entry.level, []).append(entry.run)
    return {slug: found[::-1] for slug, found in runs.items()}


def _row(level: Level, mine: LevelProgress, runs: Iterable[Run], before: Measures) -> LevelRow:
    asked, known = level.diagnosis, list(runs)
    said = mine.diagnosis if asked and mine.diagnosis in asked.choices else ""
    return LevelRow(
        level=level,
        medal=mine.medal,
        attempts=mine.attempts,
        hints=mine.hints,
        figures=_figures(level, mine, before) if mine.medal else (),
        diagnosis=said == asked.right if asked and said else None,
        lacks=lacks(level, mine, known[-1]["measures"] if known else {}),
    )


def _figures(level: Level, mine: LevelProgress, before: Measures) -> tuple[Figure, ...]:
    """Return the goals' measures that were mended; else those that changed, or the first of all."""
    measures = dict.fromkeys(goal.measure for goal in level.goals)
    found = [
        Figure(measure, before_of(measure, mine.best, before), mine.best[measure])
        for measure in measures
        if is_number(mine.best.get(measure))
    ]
    changed = [figure for figure in found if figure.before not in (None, figure.after)]
    mended = [f for f in changed if not is_enough(level.goals, f.measure, f.before)]
    return tuple((mended or changed)[:MOST_FIGURES] or found[:1])


def _row_to_json(row: LevelRow, texts: Texts) -> dict[str, Any]:
    return {
        "level": row.level.slug,
        "title": row.level.title[texts.language],
        "medal": row.medal or None,
        "attempts": row.attempts,
        "hints": row.hints,
        "diagnosis": row.diagnosis,
        "lacks": [lack.to_json(row.level, texts) for lack in row.lacks],
        "figures": [
            {
                "measure": figure.measure,
                "unit": texts.unit(row.level, figure.measure, figure.after),
                "before": figure.before,
                "after": figure.after,
            }
            for figure in row.figures
        ],
    }

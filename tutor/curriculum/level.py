"""One level: what its folder says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutor.judge import Goal, Kind

VARIANTS = ("mine", "broken", "fixed")
VIEWS = ("sql", "visits", "queue", "reads", "together", "locks")
"""The looks at the running shop that a level may put first."""

Text = Mapping[str, str]
"""The same sentence in each of :data:`LANGUAGES`."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One step of help."""

    text: Text
    after: tuple[str, ...] = ()
    """The findings after which this hint is the right one to begin with."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the learner is asked before the repair."""

    question: Text
    choices: Mapping[str, Text]
    right: str
    """The choice that the measurement agrees with."""
    against: Mapping[str, Text]
    """By wrong choice, which figure of the monitor speaks against it."""
    shown_by: tuple[str, ...] = ()
    """Measures and findings that speak for the right one; none for those of the bronze goals."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """A number that the learner is asked for before the repair."""

    question: Text
    measure: str
    """What the guess is compared with after the win."""


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """How the level's locustfile is run."""

    users: int = 4
    seconds: float = 6
    spawn_rate: float = 4
    rate: float = 0
    """Arrivals per second, whatever the answers take; 0 where visitors wait for their answer."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a level sets from outside, and the learner may not change."""

    server_cpu: float | None = None
    """Cores of each server; None for as much as the machine gives."""
    servers: int = 0
    """How many servers there may be; 0 for as many as one likes."""
    max_connections: int = 100
    """PostgreSQL's limit; its own default."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A package that brings levels: somebody else's program."""

    name: str
    """As pip calls it."""
    version: str
    place: str
    """The package or folder with its levels, as its entry point names it."""

    @property
    def key(self) -> str:
        """Return what the learner agrees to: the pack in this very version."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class Replacement:
    """A passage of a file of the shop that reads otherwise after an accident."""

    file: str
    before: str
    """What stands there; it must stand there once."""
    after: str


@dataclass(frozen=True, slots=True)
class Regression:
    """A quiet accident: what an earlier level taught, undone in passing."""

    name: str
    folder: Path
    """Its other files are laid over the shop."""
    level: int
    """The number of the level that taught how to avoid it: its subject."""
    breaks: str
    """The goal that is missed while it is there."""
    shows: str
    """The finding that names it."""
    title: Text
    replacements: tuple[Replacement, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """A level as its folder describes it."""

    slug: str
    folder: Path
    title: Text
    summary: Text
    goals: tuple[Goal, ...]
    goal_texts: Mapping[str, Text]
    """By goal id, the sentence the learner reads."""
    units: Mapping[str, Text]
    """By measure, what it counts."""
    units_of_one: Mapping[str, Text]
    """By measure, what it counts where there is one of it; only where that is another word."""
    finding_kinds: Mapping[str, Kind]
    finding_texts: Mapping[str, Text]
    """By finding id, a sentence with ``{name}`` for each parameter."""
    told_briefly: Mapping[str, str]
    """By finding id, the finding that a quick check tells instead: the number, not the cause."""
    steps: Mapping[str, Text]
    """By step id, what the experiment is doing."""
    hints: tuple[Hint, ...]
    files: tuple[str, ...]
    """The files worth opening first, relative to the workspace."""
    page: str
    """The page of the shop that the level is about."""
    load: LoadPlan
    machine: Machine = field(default_factory=Machine)
    views: tuple[str, ...] = ("sql",)
    """The looks at the running shop that tell most, the first one first."""
    draft: bool = False
    """Still being written: only shown where ``LEVELUP_DRAFTS`` is set."""
    monitor: tuple[str, ...] = ()
    """The figures that the monitor shows first, as ``SERVICE.figure``."""
    charts: tuple[str, ...] = ()
    """What is drawn during a run, the most telling first: see :mod:`tutor.curriculum.figures`."""
    diagnosis: Diagnosis | None = None
    prediction: Prediction | None = None
    betty: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """The figures of the talk: ``before`` and ``after``."""
    drawn: int = 0
    """How many of the regressions the broken shop has at a time, each of another subject."""
    regressions: tuple[Regression, ...] = ()
    pack: Pack | None = None
    """Who brought it; None for our own, and for those of a folder the learner named."""

    @property
    def number(self) -> int:
        """Return the number the slug begins with."""
        return int(self.slug.partition("_")[0])

    @property
    def answers(self) -> Path:
        """Return the folder of the corpus that proves the verdict."""
        return self.folder / "answers"

    @property
    def data(self) -> str:
        """Return the SQL of ``data.sql``: what its shop has beyond what every shop is seeded with.

        The shop in the browser gets it by itself, one of a run from the experiment.
        """
        path = self.folder / "data.sql"
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def text(self, name: str, language: str) -> str:
        """Return the prose *name* (``story``, ``briefing``, ``lesson`` or ``answer``)."""
        return (self.folder / f"{name}.{language}.md").read_text(encoding="utf-8")

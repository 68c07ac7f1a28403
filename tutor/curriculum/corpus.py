"""The corpus of a level: the answers somebody might really give, and what each must get."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tutor.base.errors import TutorError
from tutor.base.tables import TomlTable, nearest
from tutor.catalogue import sentences
from tutor.curriculum.level import Level, Regression, Replacement
from tutor.curriculum.regression import draw
from tutor.curriculum.replacement import KEY, replacements
from tutor.judge import Medal

FILE = "answer.toml"
VARIANTS = ("broken", "fixed")
COMMON = ("title", "begins_as", "needs", "regressions", KEY)
DRAWS = 3
"""How many draws of a level's regressions are played."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the corpus and what the verdict must say of it."""

    name: str
    """For example ``right/annotate``; ``broken`` and ``fixed`` are answers too."""
    folder: Path | None = None
    """Its own files."""
    begins_as: str = "broken"
    """The variant that its files and its replacements change."""
    replacements: tuple[Replacement, ...] = ()
    medal: Medal | None = None
    """The medal it must win; None where it must be refused."""
    refused: str = ""
    """The finding or goal that must refuse it; empty where any will do."""
    refused_busy: str = ""
    """What may refuse it instead on a machine that others crowd; mostly empty."""
    needs: str = ""
    """The program without which it cannot be played; empty where none is missed."""
    told: str = ""
    """The finding or goal that must say what a right answer lacks; empty where nobody asks."""
    full_only: bool = False
    """It is wrong under load only: a quick check cannot see that."""
    regressions: tuple[Regression, ...] = ()
    """What the broken shop has that it begins with."""


def corpus(level: Level) -> list[Answer]:
    """Return broken, fixed and every answer of the level, with what each must get.

    Raises:
        TutorError: an ``answer.toml`` is broken; names the key and the nearest right one.
    """
    best = max((goal.medal for goal in level.goals), key=lambda medal: medal.rank)
    answers = [Answer("broken", regressions=draw(level, 0))]
    answers += [Answer("fixed", begins_as="fixed", medal=best)]
    answers += _accidents(level)
    for kind in ("right", "wrong"):
        folders = [path for path in sorted((level.answers / kind).glob("*")) if path.is_dir()]
        answers += [_answer(level, kind, folder) for folder in folders]
    return answers


def _accidents(level: Level) -> Iterator[Answer]:
    """Yield more of what the level may start with, and each regression alone."""
    for number in range(1, DRAWS if level.regressions else 1):
        yield Answer(f"broken/{number}", regressions=draw(level, number))
    for regression in level.regressions:
        # Alone it misses its own goal, and its own sentence says so.
        name = f"alone/{regression.name}"
        goal = next((goal for goal in level.goals if goal.id == regression.breaks), None)
        yield Answer(
            name,
            refused=regression.breaks,
            full_only=goal is not None and goal.full_only,
            regressions=(regression,),
        )


def _answer(level: Level, kind: str, folder: Path) -> Answer:
    # Not before the first screen: nobody who plays has an answer read.
    import tomllib

    path = folder / FILE
    try:
        table = TomlTable(tomllib.loads(path.read_text(encoding="utf-8")), path)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TutorError(
            f"{path} cannot be read: {error}.", hint="Each answer needs one."
        ) from error
    variant = table.get("begins_as", str, "broken")
    if variant not in VARIANTS:
        raise table.fault(f"begins_as is {variant!r}.", hint=nearest(variant, VARIANTS))
    answer = Answer(
        f"{kind}/{folder.name}",
        folder,
        variant,
        replacements(table),
        needs=table.get("needs", str, ""),
        regressions=tuple(_known(level, table)),
    )
    if kind == "right":
        table.only((*COMMON, "medal", "told"))
        told = _refused(level, table, "told") if "told" in table.data else ""
        return replace(answer, medal=_medal(table), told=told)
    table.only((*COMMON, "refused", "refused_busy", "full_only"))
    full_only = table.get("full_only", bool, False)
    busy = _refused(level, table, "refused_busy") if "refused_busy" in table.data else ""
    refused = _refused(level, table, "refused")
    return replace(answer, refused=refused, refused_busy=busy, full_only=full_only)


def _known(level: Level, table: TomlTable) -> Iterator[Regression]:
    known = {regression.name: regression for regression in level.regressions}
    for name in table.words("regressions", []):
        if name not in known:
            raise table.fault(f"unknown regression {name!r}.", hint=nearest(name, known))
        yield known[name]


def _medal(table: TomlTable) -> Medal:
    word = table.get("medal", str)
    if word not in list(Medal):
        raise table.fault(f"medal is {word!r}.", hint=nearest(word, list(Medal)))
    return Medal(word)


def _refused(level: Level, table: TomlTable, key: str) -> str:
    refused: str = table.get(key, str)
    engines = (key.partition(".") for key in sentences("en"))
    reasons = {
        *level.finding_texts,
        *(goal.id for goal in level.goals),
        *(name for table, _, name in engines if table == "findings"),
    }
    if refused not in reasons:
        raise table.fault(f"{key} is {refused!r}.", hint=nearest(refused, reasons))
    return refused

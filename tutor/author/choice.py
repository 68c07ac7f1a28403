"""Which levels and which of their answers an author means."""

from collections.abc import Sequence
from pathlib import Path

from tutor.base.errors import UsageError
from tutor.base.tables import nearest
from tutor.curriculum import Answer, Level, find_level, load_level, load_levels
from tutor.curriculum.loader import SLUG


def levels_named(word: str) -> tuple[list[Level], list[Level]]:
    """Return the levels that *word* means, and all that there are with them.

    It is a level's number, its slug, a part of it, or the path of its folder, wherever that lies:
    those beside it are known then, too. Without a word, all levels are meant.

    Raises:
        TutorError: there is none, or it cannot be read.
    """
    if word and (Path(word) / "level.toml").is_file():
        level = _level_in(Path(word).resolve())
        others = [one for one in load_levels(level.folder.parent) if one.slug != level.slug]
        return [level], sorted([*others, level], key=lambda one: (one.pack is not None, one.slug))
    levels = load_levels()
    return [find_level(word, levels)] if word else levels, levels


def _level_in(folder: Path) -> Level:
    if not SLUG.fullmatch(folder.name):
        raise UsageError(
            f"{folder} cannot be the folder of a level.",
            hint="Its name is two digits and a word, for example 08_waiting_room.",
        )
    return load_level(folder)


def answers_named(answers: Sequence[Answer], names: Sequence[str]) -> list[Answer]:
    """Return those of *answers* that *names* mean, all without a name.

    ``right/annotate`` may be called ``annotate`` where no other answer is called so.

    Raises:
        UsageError: one of the names is none.
    """
    meant = {_named(answers, name) for name in names}
    return [answer for answer in answers if not names or answer.name in meant]


def _named(answers: Sequence[Answer], name: str) -> str:
    known = [answer.name for answer in answers]
    ends = [one for one in known if one.rpartition("/")[2] == name]
    if name in known:
        return name
    if len(ends) == 1:
        return ends[0]
    hint = f"Say which one: {', '.join(ends)}." if ends else nearest(name, known)
    raise UsageError(f"There is no answer {name!r}.", hint=hint)

"""Regressions: accidents that a level draws, and that stay the same as long as nobody draws anew."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.own_level import SLUG, VIEWS, write_level
from tutor.author import file_problems
from tutor.base.errors import TutorError
from tutor.curriculum import Level, Regression, corpus, draw, draws, load_level, load_levels
from tutor.curriculum.compose import compose, regressed
from tutor.learner.session import Session
from tutor.learner.workspace import Workspace

REGRESSION = """\
level = {level}
breaks = "speaks"
shows = "silent"

[title]
en = "Somebody whispers"
es = "Alguien susurra"

[[replace]]
file = "{file}"
before = '{before}'
after = '{after}'
"""
PULSE = "shop/views.py"
SAYS = "I am well"
THREE = {
    "first": (1, PULSE, SAYS, "I am ill"),
    "first_too": (1, PULSE, SAYS, "I am mute"),
    "second": (2, "shop/urls.py", '"health/"', '"pulse/"'),
    "third": (3, PULSE, "the database is not asked", "the database was asked"),
}
"""By name: the level, the file, what it says and what it says after."""


@pytest.fixture
def folder(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a level that draws two of three subjects; its shop is well otherwise."""
    root = tmp_path / "pack"
    folder = write_level(root)
    toml = folder / "level.toml"
    toml.write_text(f"drawn = 2\n{toml.read_text()}")
    for variant in ("broken", "fixed"):
        (folder / variant / PULSE).unlink()
    (folder / "both" / PULSE).parent.mkdir(parents=True)
    (folder / "both" / PULSE).write_text(VIEWS.format(said=SAYS))
    for name, (level, file, before, after) in THREE.items():
        place = folder / "regressions" / name
        place.mkdir(parents=True)
        values = {"level": level, "file": file, "before": before, "after": after}
        (place / "regression.toml").write_text(REGRESSION.format(**values))
    monkeypatch.setenv("LEVELUP_LEVELS", str(root))
    return folder


@pytest.fixture
def level(folder: Path) -> Level:
    """That level."""
    return load_level(folder)


@pytest.fixture
def learner(level: Level, workspace: Workspace) -> Iterator[Session]:
    """Somebody in an empty workspace who knows that level."""
    session = Session(workspace.folder)
    yield session
    session.stack.release()


def change(folder: Path, name: str, before: str, after: str) -> None:
    """Replace *before* by *after* in the description of the regression *name*."""
    path = folder / "regressions" / name / "regression.toml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def names(drawn: Iterable[Regression]) -> frozenset[str]:
    """Return what *drawn* are called."""
    return frozenset(regression.name for regression in drawn)


def said(files: dict[str, Path]) -> str:
    """Return what the shop made of *files* says of its health."""
    return files[PULSE].read_text()


def test_a_draw_takes_one_regression_each_of_some_subjects(level: Level) -> None:
    """Never two that undo the same lesson; in time, all of them."""
    drawn = [draw(level, number) for number in range(1, 80)]

    assert all(len({regression.level for regression in one}) == 2 for one in drawn)
    assert Counter(r.name for one in drawn for r in one).keys() == THREE.keys()
    assert {names(one) for one in drawn} == {names(one) for one in draws(level)}


def test_a_draw_has_one_that_a_quick_check_cannot_see(folder: Path) -> None:
    """Where there is any such regression: else a green check would be the end of the search."""
    toml = folder / "level.toml"
    toml.write_text(
        toml.read_text().replace(
            "[findings",
            """[[goals]]
id = "speaks_in_a_crowd"
measure = "letters"
medal = "bronze"
at_least = 2
full_only = true
en = "Also in a crowd."
es = "También entre mucha gente."

[findings""",
            1,
        )
    )
    change(folder, "third", "speaks", "speaks_in_a_crowd")
    level = load_level(folder)

    drawn = [draw(level, number) for number in range(80)]

    assert all("third" in names(one) for one in drawn)
    assert {names(one) for one in drawn} == {names(one) for one in draws(level)}


def test_the_same_number_draws_the_same(level: Level) -> None:
    """A learner's level stays the one they began."""
    assert draw(level, 4711) == draw(level, 4711)


def test_a_level_without_regressions_draws_none() -> None:
    """Whatever the number."""
    assert draw(load_levels()[0], 4711) == ()
    assert list(draws(load_levels()[0])) == [()]


def test_only_the_broken_shop_has_what_was_drawn(folder: Path, level: Level) -> None:
    """And nothing of the regressions' own descriptions gets into it."""
    levels = load_levels()
    number = next(n for n in range(99) if "first" in {r.name for r in draw(level, n)})

    broken, fixed = (compose(level, variant, levels, number) for variant in ("broken", "fixed"))

    assert "I am ill" in said(broken)
    assert SAYS in said(fixed)
    assert "regression.toml" not in broken


def test_two_accidents_may_meet_in_one_file(level: Level) -> None:
    """In either order."""
    known = {regression.name: regression for regression in level.regressions}
    shop = compose(level, "fixed", load_levels())
    both = [known["first"], known["third"]]

    one, other = (said(regressed(shop, order)) for order in (both, both[::-1]))

    assert one == other
    assert "I am ill" in one
    assert "the database was asked" in one


def test_other_files_of_a_regression_are_laid_over_the_shop(folder: Path) -> None:
    """An accident may bring a file of its own."""
    path = folder / "regressions" / "second" / "shop" / "draft.py"
    path.parent.mkdir()
    path.write_text("draft = 1\n")
    level = load_level(folder)
    second = next(r for r in level.regressions if r.name == "second")

    files = regressed(compose(level, "fixed", load_levels()), [second])

    assert files["shop/draft.py"] == path


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("level = 2", "levle = 2", "unknown key 'levle'"),
        ("shows =", "show =", "unknown key 'show'"),
        ('es = "Alguien', 'ess = "Alguien', "'es' is missing"),
        ("after =", "afterwards =", "unknown key 'afterwards'"),
        ("level = 2", "level = ", "cannot be read"),
    ],
)
def test_a_broken_regression_is_explained(
    folder: Path, before: str, after: str, message: str
) -> None:
    """The file is named, and what is wrong in it."""
    change(folder, "second", before, after)

    with pytest.raises(TutorError, match=message) as caught:
        load_level(folder)

    assert "second" in caught.value.message


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('"health/"', '"wealth/"', "does not fit"),
        ("speaks", "squeaks", "breaks no goal"),
        ("silent", "violent", "shows no finding"),
        ("level = 2", "level = 90", "is not about an earlier level"),
    ],
)
def test_the_author_is_told_what_does_not_fit(
    folder: Path, before: str, after: str, problem: str
) -> None:
    """Before anything is played."""
    change(folder, "second", before, after)
    levels = load_levels()
    level = next(level for level in levels if level.slug == SLUG)

    assert any("second" in said and problem in said for said in file_problems(level, levels))


def test_each_regression_is_proved_alone_and_some_together(level: Level) -> None:
    """Each with the goal it breaks; answers may begin with some."""
    known = {answer.name: answer for answer in corpus(level)}

    assert {name for name in known if name.startswith("alone/")} == {f"alone/{n}" for n in THREE}
    assert known["alone/first"].refused == "speaks"
    assert len(known["broken/1"].regressions) == 2
    assert known["right/short"].regressions == ()


def test_what_was_drawn_stays_until_all_is_reset(learner: Session, level: Level) -> None:
    """Diff, reset of one file and coming back later find the same; a whole reset draws anew."""
    learner.enter(level)
    number, start = learner.workspace.number, learner.workspace.contents()
    assert number
    assert learner.diff() == ""

    (learner.workspace.folder / PULSE).write_text("mine")
    learner.reset(PULSE)
    assert (learner.workspace.number, learner.diff()) == (number, "")

    learner.enter(learner.levels[0])
    learner.enter(level)
    assert (learner.workspace.number, learner.workspace.contents()) == (number, start)

    kept = learner.reset()
    assert learner.workspace.number not in (0, number)
    assert learner.diff() == ""

    learner.restore(kept)
    assert (learner.workspace.number, learner.workspace.contents()) == (number, start)


def test_a_run_knows_what_the_workspace_has_broken(learner: Session, level: Level) -> None:
    """The broken variant is the learner's own draw; without a workspace it is a new one."""
    learner.enter(level)

    game = learner.run_spec(level, "broken")

    assert {n: p.read_bytes() for n, p in game.files.items()} == learner.workspace.contents()
    numbers = {Session(learner.workspace.folder / "no").number_of(level) for _ in range(5)}
    assert len(numbers) > 1

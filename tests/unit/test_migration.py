"""The format of a level: read where it is ours, refused by name where not, brought up to date."""

import ast
from pathlib import Path

import pytest

from tutor.author import migrate
from tutor.author.new import DRAFT, copy_level
from tutor.base.errors import TutorError
from tutor.catalogue import problem
from tutor.curriculum import load_level, load_levels
from tutor.curriculum.format import FORMAT
from tutor.lab.experiment import load_experiment

OLD_EXPERIMENT = """\
# Ours since the first workshop.
def check(lab):
    lab.append("check")  # counters first


def settle(lab):
    lab.append("settle")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a level of today."""
    copy_level(DRAFT, tmp_path / "08_room")
    return tmp_path / "08_room"


@pytest.fixture
def old(folder: Path) -> Path:
    """The folder of a level of format 0, which had no line that says so."""
    change(folder, "format = 1\n", "")
    (folder / "experiment.py").write_text(OLD_EXPERIMENT)
    return folder


def change(folder: Path, before: str, after: str) -> None:
    """Replace *before* by *after* in the level's description."""
    path = folder / "level.toml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


def test_our_own_levels_say_their_format() -> None:
    """All of them, in their first line."""
    for level in load_levels():
        first = (level.folder / "level.toml").read_text().partition("\n")[0]
        assert first == f"format = {FORMAT}", level.slug


def test_a_level_that_does_not_say_its_format_has_ours(folder: Path) -> None:
    """Nobody has to write it."""
    whole = load_level(folder)
    change(folder, "format = 1\n", "")

    assert load_level(folder) == whole


def test_a_newer_format_is_refused_before_its_unknown_keys(folder: Path) -> None:
    """By its number, with one thing to do, in both languages."""
    change(folder, "format = 1", "format = 7\nmood = 'calm'")

    with pytest.raises(TutorError, match=r"has format 7.*up to 1") as refused:
        load_level(folder)

    assert "pip install --upgrade" in refused.value.hint
    assert "formato 7" in problem("es", refused.value.said)[0]


def test_an_older_format_is_refused_with_the_command_that_mends_it(folder: Path) -> None:
    """The path of the level is in it."""
    change(folder, "format = 1", "format = 0")

    with pytest.raises(TutorError, match="has format 0") as refused:
        load_level(folder)

    assert f"`tutor author migrate {folder}`" in refused.value.hint


def test_functions_get_a_class_that_hands_them_the_lab(old: Path) -> None:
    """In the order of the engine; what was written stays, letter by letter."""
    assert migrate(old) == (0, FORMAT)

    written = (old / "experiment.py").read_text()
    told: list[str] = []
    experiment = load_experiment(load_level(old))(told)  # type: ignore[arg-type]
    experiment.check()
    experiment.settle()
    assert written.startswith(OLD_EXPERIMENT)
    assert "tutor author migrate" in (ast.get_docstring(ast.parse(written).body[-1]) or "")  # type: ignore[arg-type]
    assert told == ["check", "settle"]
    assert not hasattr(experiment, "load")


def test_a_level_that_says_its_old_format_says_the_new_one_in_its_place(old: Path) -> None:
    """Every comment of its description stays."""
    change(old, "page = ", "format = 0  # the first one\npage = ")
    before = (old / "level.toml").read_text()

    migrate(old)

    after = (old / "level.toml").read_text()
    assert after == before.replace("format = 0", "format = 1")
    assert "# the first one" in after


def test_what_is_new_already_is_left_alone(folder: Path) -> None:
    """Not a byte is written, however often."""
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}

    assert migrate(folder) == (FORMAT, FORMAT)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_the_second_time_there_is_nothing_to_do(old: Path) -> None:
    """A class is appended once."""
    migrate(old)
    once = (old / "experiment.py").read_text()

    assert migrate(old) == (FORMAT, FORMAT)
    assert (old / "experiment.py").read_text() == once


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("level.toml", "format = ", "is not TOML"),
        ("experiment.py", "def check(lab)\n", "is not Python"),
        ("level.toml", "format = 9", "has format 9"),
    ],
)
def test_what_cannot_be_migrated_is_named_and_stays(
    old: Path, file: str, text: str, why: str
) -> None:
    """The file that is wrong."""
    (old / file).write_text(text)
    before = {name: (old / name).read_text() for name in ("level.toml", "experiment.py")}

    with pytest.raises(TutorError, match=why):
        migrate(old)

    assert {name: (old / name).read_text() for name in before} == before


def test_a_folder_without_a_level_is_named(tmp_path: Path) -> None:
    """It cannot be read."""
    with pytest.raises(TutorError, match=r"level\.toml cannot be read"):
        migrate(tmp_path)

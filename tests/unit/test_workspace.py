"""The workspace holds exactly the files of one level, and never takes what is not ours."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers import fill_disk
from tutor.base.errors import ExitCode, TutorError, UsageError
from tutor.base.paths import content_root, shop_root, stack_root
from tutor.curriculum import Answer, Level, find_level, load_levels
from tutor.curriculum.compose import (
    LARGEST_FILE,
    compose,
    compose_answer,
    files_of,
    inherited,
    materialise,
    seeding,
)
from tutor.curriculum.level import Replacement
from tutor.learner.workspace import MARKER, Workspace

SLUG = "01_n_plus_one"
FILES = {"manage.py": b"#!/usr/bin/env python\n", "catalog/views.py": b"front = 1\n"}


@pytest.fixture
def tree(tmp_path: Path) -> dict[str, Path]:
    """The files of a small shop, somewhere else."""
    for name, data in FILES.items():
        path = tmp_path / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return files_of(tmp_path / "source")


def contents(folder: Path) -> dict[str, bytes]:
    """Return what is in *folder*."""
    return {name: path.read_bytes() for name, path in files_of(folder).items()}


def test_the_shop_of_a_level_is_the_healthy_one_under_its_own_files() -> None:
    """The broken variant replaces what the level breaks and nothing else."""
    levels = load_levels()
    level = levels[0]

    broken, fixed = (compose(level, variant, levels) for variant in ("broken", "fixed"))

    healthy = files_of(shop_root())
    changed = {name for name in broken if broken[name] != healthy.get(name)}
    assert changed == set(files_of(level.folder / "broken"))
    assert changed
    assert fixed == healthy | files_of(level.folder / "fixed")


@pytest.mark.parametrize("level", load_levels(), ids=lambda level: level.slug)
def test_the_readme_of_a_workspace_names_only_what_is_there(level: Level) -> None:
    """Its files, folders and modules exist in every level, before the repair as well."""
    shop = compose(level, "broken", load_levels())
    readme = shop["README.md"].read_text(encoding="utf-8")
    code = re.findall(r"`([^`\n]+)`", readme)
    files = [word for word in code if re.fullmatch(r"[\w/]+\.(py|html|toml)", word)]
    where = readme.partition("## Where things are")[2].partition("\n## ")[0]
    apps = re.findall(r"^\| `([a-z]+)` \|", where, re.MULTILINE)

    assert files
    assert apps
    assert [name for name in files if name not in shop] == []
    assert [name for name in apps if f"{name}/__init__.py" not in shop] == []
    calls = [word for word in code if re.search(r"\.\w+\(", word)]
    assert calls == [], "what a method does is for the learner to find out"


def test_what_both_variants_share_is_stored_once(tmp_path: Path) -> None:
    """Files in `both` are in either variant, and in every level after."""
    for name in ("both/orders/paper.py", "broken/orders/jobs.py", "fixed/orders/jobs.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    level = replace(load_levels()[0], slug="06_own", folder=tmp_path)
    later = replace(level, slug="07_own", folder=tmp_path / "nothing")

    shops = [compose(level, "broken", [level]), compose(level, "fixed", [level])]
    shops.append(compose(later, "broken", [level, later]))

    texts = [[shop[f"orders/{n}.py"].read_text() for n in ("paper", "jobs")] for shop in shops]
    assert texts == [
        ["both/orders/paper.py", "broken/orders/jobs.py"],
        ["both/orders/paper.py", "fixed/orders/jobs.py"],
        ["both/orders/paper.py", "fixed/orders/jobs.py"],
    ]


@pytest.mark.parametrize("begins_as", ["broken", "fixed"])
def test_an_answer_changes_the_variant_that_it_begins_as(tmp_path: Path, begins_as: str) -> None:
    """Its own files lie over that one, its passages are replaced; its description is no file."""
    levels = load_levels()
    folder = tmp_path / "mine"
    (folder / "catalog").mkdir(parents=True)
    (folder / "answer.toml").touch()
    (folder / "catalog" / "mine.py").write_text("NEW = True\n")
    change = Replacement("manage.py", "import os\n", "import os  # mine\n")
    answer = Answer("right/mine", folder, begins_as, (change,))

    files = compose_answer(levels[0], answer, levels)

    before = compose(levels[0], begins_as, levels)
    assert files.keys() - before.keys() == {"catalog/mine.py"}
    assert {n for n in before if files[n] != before[n]} == {"manage.py"}
    assert "import os  # mine\n" in files["manage.py"].read_text()


def test_what_belongs_to_tools_is_no_file_of_the_shop(tmp_path: Path) -> None:
    """Caches, swap files and somebody's video are left out; all else is in."""
    for name in ("__pycache__/a.pyc", ".git/HEAD", "views.py~", ".views.py.swp", "b.pyc"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "video.mp4").write_bytes(b"\0" * (LARGEST_FILE + 1))
    (tmp_path / "just_fits.sql").write_bytes(b"\0" * LARGEST_FILE)
    (tmp_path / "broken_link").symlink_to("nowhere")
    (tmp_path / "views.py").touch()

    assert set(files_of(tmp_path)) == {"views.py", "just_fits.sql"}


def test_materialise_makes_the_folder_the_same(tmp_path: Path, tree: dict[str, Path]) -> None:
    """What is missing comes, what differs changes, what is too much goes."""
    folder = tmp_path / "shop"
    (folder / "catalog").mkdir(parents=True)
    (folder / "catalog" / "views.py").write_text("old")
    (folder / "catalog" / "extra.py").write_text("extra")

    materialise(tree, folder)

    assert contents(folder) == FILES


def test_a_file_may_take_the_place_of_a_folder_and_back(tmp_path: Path) -> None:
    """`views/__init__.py` in one variant is `views.py`, or a file `views`, in another."""
    source = tmp_path / "source"
    source.write_text("x")
    folder = tmp_path / "shop"

    materialise({"views/__init__.py": source}, folder)
    materialise({"views": source}, folder)
    assert (folder / "views").is_file()
    materialise({"views/__init__.py": source}, folder)
    assert (folder / "views" / "__init__.py").is_file()


def test_what_is_right_already_is_not_written_again(tmp_path: Path, tree: dict[str, Path]) -> None:
    """A reloader sees only what changed."""
    folder = tmp_path / "shop"
    materialise(tree, folder)
    before = {path: path.stat().st_ino for path in files_of(folder).values()}

    materialise(tree, folder)

    assert {path: path.stat().st_ino for path in files_of(folder).values()} == before


def test_a_shop_that_cannot_be_laid_out_is_explained(
    small_disk: Path, read_only_disk: Path, tree: dict[str, Path]
) -> None:
    """A full and a read-only disk are named."""
    fill_disk(small_disk)
    with pytest.raises(TutorError, match="The disk is full"):
        materialise(tree, small_disk / "shop")
    with pytest.raises(TutorError, match="cannot be written"):
        materialise(tree, read_only_disk / "shop")


def test_fill_makes_the_workspace_hold_exactly_the_files(workspace: Workspace) -> None:
    """The files, a marker that is no file of the shop, and a manage.py that can be run."""
    workspace.fill(SLUG, {**FILES, "old.py": b""})
    workspace.fill("02_one_server", FILES)

    assert workspace.contents() == FILES
    assert workspace.level == "02_one_server"
    assert MARKER not in workspace.files()
    assert (workspace.folder / "manage.py").stat().st_mode & 0o100


def test_a_fill_that_is_interrupted_is_not_believed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the last file is there the workspace is at no level, and is still a workspace."""
    workspace.fill(SLUG, FILES)
    written: list[str] = []

    def write(path: Path, data: bytes, *, mode: int = 0o644) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(path.name)
        path.write_bytes(data)

    monkeypatch.setattr("tutor.learner.workspace.write_atomic", write)
    with pytest.raises(KeyboardInterrupt):
        workspace.fill("02_one_server", dict.fromkeys(FILES, b"new"))

    assert written
    assert workspace.exists
    assert (workspace.level, workspace.filling) == ("", "02_one_server")


def test_an_unchanged_file_is_left_alone(workspace: Workspace) -> None:
    """An editor that has it open is not disturbed."""
    workspace.fill(SLUG, FILES)
    before = (workspace.folder / "manage.py").stat().st_ino

    workspace.fill(SLUG, {**FILES, "catalog/views.py": b"front = 2\n"})

    assert (workspace.folder / "manage.py").stat().st_ino == before


def test_somebody_else_s_folder_is_left_alone(workspace: Workspace) -> None:
    """A folder with files in it is refused, one that is a file too; an empty one is taken."""
    workspace.check_free()
    workspace.folder.mkdir()
    workspace.check_free()
    thesis = workspace.folder / "thesis.tex"
    thesis.write_text("years of work")

    with pytest.raises(UsageError, match="is not empty: it is left alone") as caught:
        workspace.check_free()

    assert caught.value.exit_code == ExitCode.USAGE
    with pytest.raises(UsageError, match="is a file"):
        Workspace(thesis).check_free()


def test_entering_a_level_touches_no_folder_of_somebody_else(session) -> None:
    """Not even to look: the files are as they were."""
    session.workspace.folder.mkdir()
    (session.workspace.folder / "manage.py").write_text("theirs")

    with pytest.raises(UsageError, match="left alone"):
        session.enter(session.levels[0])

    assert contents(session.workspace.folder) == {"manage.py": b"theirs"}


def test_a_workspace_that_is_none_is_explained(tmp_path: Path) -> None:
    """Missing and somebody else's are told apart."""
    with pytest.raises(UsageError, match="does not exist"):
        Workspace.at(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is not one of our workspaces"):
        Workspace.at(tmp_path)


def test_a_damaged_marker_is_explained_and_costs_nothing(workspace: Workspace) -> None:
    """The error names the file; the learner's files are not touched."""
    workspace.fill(SLUG, FILES)
    (workspace.folder / MARKER).write_text("{")

    with pytest.raises(TutorError, match="cannot be read") as caught:
        _ = workspace.level

    assert MARKER in caught.value.message
    assert workspace.contents() == FILES


def test_a_file_that_vanishes_while_we_read_is_no_file(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Editors write and remove files at any moment."""
    workspace.fill(SLUG, FILES)
    ghost = {**workspace.files(), "4913": workspace.folder / "4913"}
    monkeypatch.setattr(workspace, "files", lambda: ghost)

    assert workspace.contents() == FILES


def test_each_workspace_has_a_stack_of_its_own(home: Path, tmp_path: Path) -> None:
    """The same folder always leads to the same stack, below our own files."""
    first, second = stack_root(tmp_path / "one"), stack_root(tmp_path / "two")

    assert first != second
    assert first == stack_root(tmp_path / "one")
    assert first.is_relative_to(home)


def test_the_content_is_complete() -> None:
    """A checkout and a wheel both have levels and the shop."""
    assert (content_root() / "levels" / SLUG / "level.toml").is_file()
    assert (shop_root() / "manage.py").is_file()


def test_a_level_about_migrations_is_seeded_by_the_shop_that_is_live() -> None:
    """Seeded by an answer, the data would be migrated before any migration is judged."""
    levels = load_levels()
    about = find_level("11_migrations", levels)
    other = find_level("06_celery", levels)

    live = seeding(about, levels)

    assert live == inherited(about, levels)
    assert not any("bought_here" in name for name in live)
    assert seeding(other, levels) == compose(other, "fixed", levels)

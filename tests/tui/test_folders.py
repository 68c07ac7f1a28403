"""The tree of files: what the level is about comes first, and can be seen."""

import pytest
from textual.pilot import Pilot

from tests.tui import fakes
from tests.tui.driving import Play, press, settled, text_of, until
from tutor.curriculum import Level, load_levels
from tutor.tui.folders import Branch, branches, folders_above
from tutor.tui.widgets.editor import Editor
from tutor.tui.widgets.file_tree import FileTree

VIEWS = "catalog/views.py"
CARD = "catalog/templates/catalog/_card.html"


def tree_of(pilot: Pilot[int]) -> FileTree:
    return pilot.app.screen.query_one(FileTree)


def listed(pilot: Pilot[int]) -> list[str]:
    """Return the lines of the tree as they are seen."""
    width = tree_of(pilot).size.width
    lines = text_of(pilot).splitlines()
    region = tree_of(pilot).content_region
    return [line[:width].rstrip() for line in lines[region.y : region.bottom]]


def labels(inside: tuple[Branch, ...]) -> list[str]:
    return [branch.label for branch in inside]


def test_in_each_folder_the_files_of_the_level_come_first() -> None:
    """In the level's order; then folders with some of them, other folders, other files."""
    names = ["a.py", "b/c.py", "d/e.py", "d/f.py", "d/g/h.py", "z.py"]
    top = branches(names, ["z.py", "d/f.py"])

    assert labels(top) == ["z.py", "d", "b", "a.py"]
    assert labels(top[1].inside) == ["f.py", "g", "e.py"]
    assert [branch.is_touched for branch in top] == [True, True, False, False]


def test_folders_with_nothing_but_each_other_in_them_are_one() -> None:
    """Its path is the innermost one's."""
    (only,) = branches(["a/b/c/d.py", "a/b/c/e.py"], [])

    assert (only.label, only.path) == ("a/b/c", "a/b/c/")
    assert labels(only.inside) == ["d.py", "e.py"]
    assert list(folders_above("a/b/c/d.py")) == ["a/", "a/b/", "a/b/c/"]


@pytest.mark.parametrize("level", load_levels(), ids=lambda level: level.slug)
def test_no_file_of_a_level_is_cut_in_the_tree(level: Level) -> None:
    """With all its folders before it there is room for its name in 32 columns."""
    for name in level.files:
        *_, last = folders_above(f"./{name}")
        depth = last.count("/") - 1

        assert 2 * depth + 2 + len(name.rpartition("/")[2]) <= 32


async def test_the_files_of_the_level_are_seen_and_what_it_does_not_touch_is_closed(
    play: Play, session: fakes.FakeSession
) -> None:
    """At 80×24, without a key pressed: the level's own with their sign, the open one chosen."""
    async with play(at="workbench") as pilot:
        await press(pilot, "5")
        seen = listed(pilot)

        assert seen[0] == " ▾ catalog"
        assert seen[1] == "   ◆ views.py"
        own = [line.split()[-1] for line in seen if "◆" in line]
        assert sorted(own) == sorted(name.rpartition("/")[2] for name in session.levels[0].files)
        assert "   ▸ migrations" in seen
        assert not [line for line in seen if "0001_initial" in line]
        assert tree_of(pilot).file == VIEWS


async def test_folders_open_and_close_with_keys_and_mouse(play: Play) -> None:
    """Arrows, enter and space; a click on a folder opens it, one on a file edits it."""
    async with play(at="workbench") as pilot:
        await press(pilot, "5", "left")
        assert not tree_of(pilot).file
        await press(pilot, "left")
        assert "▸ catalog" in listed(pilot)[0]
        closed = listed(pilot)
        await press(pilot, "right", "right")
        assert tree_of(pilot).file == VIEWS
        await press(pilot, "left", "enter")
        assert listed(pilot) == closed
        await press(pilot, "space")
        assert len(listed(pilot)) > len([line for line in closed if line])
        await press(pilot, "space")
        place = next(n for n, line in enumerate(listed(pilot)) if "accounts" in line)
        await pilot.click(FileTree, offset=(6, place))
        await settled(pilot)
        assert listed(pilot)[place] == " ▾ accounts"
        place = next(n for n, line in enumerate(listed(pilot)) if line.endswith("forms.py"))
        await pilot.click(FileTree, offset=(6, place))
        await settled(pilot)

        assert pilot.app.screen.query_one(Editor).has_focus
        assert "accounts/forms.py" in text_of(pilot)


async def test_what_is_not_saved_has_a_mark_also_in_a_closed_folder(play: Play) -> None:
    """Before the file, and before the folder that hides it; saving takes it away."""
    async with play(at="workbench", size=(120, 40)) as pilot:
        await press(pilot, "5", "enter", "X", "escape")
        assert "   * views.py" in listed(pilot)
        await press(pilot, "left", "left")
        assert listed(pilot)[0] == " * catalog"
        await press(pilot, "right", "right", "ctrl+s")
        await until(pilot, lambda: "   ◆ views.py" in listed(pilot))


async def test_a_file_that_is_opened_from_elsewhere_is_seen_in_its_folder(play: Play) -> None:
    """Its folders open for it; what was open stays open when a file is new."""
    async with play(at="workbench", size=(160, 40)) as pilot:
        screen = pilot.app.screen
        await press(pilot, "5", "left", "left", "2")
        screen._files_tab.edit_at("accounts/forms.py", 1)  # type: ignore[attr-defined]
        await settled(pilot)
        assert tree_of(pilot).file == "accounts/forms.py"
        (screen.model.desk.path("accounts/anew.py")).write_text("")  # type: ignore[attr-defined]
        screen._files_tab.files_restored()  # type: ignore[attr-defined]
        await settled(pilot)

        assert "     anew.py" in listed(pilot)
        assert "▸ catalog" in listed(pilot)[0]
        assert tree_of(pilot).file == "accounts/forms.py"

"""Fixtures of the tests that call the real command; a folder's ``conftest.py`` takes what it needs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.own_level import SLUG, write_level
from tests.real import (
    Tutor,
    assert_nothing_left,
    copy_template,
    databases_in,
    end_all,
    left_behind,
    make_template,
)
from tutor.learner.workspace import Workspace

OwnLevel = Callable[..., Path]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stack that was made and seeded once, to be copied."""
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def cold_tutor(tmp_path: Path, home: Path, workspace: Workspace) -> Tutor:
    """The command in an empty home, with level 1 begun."""
    tutor = Tutor(tmp_path, home, workspace.folder)
    tutor.enter()
    return tutor


@pytest.fixture
def tutor(cold_tutor: Tutor, template: Path) -> Tutor:
    """The command with level 1 begun and a stack that is made and seeded already."""
    copy_template(template, cold_tutor.stack_folder)
    cold_tutor.databases = databases_in(cold_tutor.stack_folder)
    return cold_tutor


@pytest.fixture
def own_level(cold_tutor: Tutor, monkeypatch: pytest.MonkeyPatch) -> OwnLevel:
    """Put the small level of somebody else's into the workspace, mended, and return its folder.

    Its phases take no time, or exactly as long as a test wants one to take.
    """

    def begin(*, seconds: int = 1, rest_in: str = "", whole_stack: bool = False) -> Path:
        root = cold_tutor.folder / "pack"
        folder = write_level(root, seconds=seconds, rest_in=rest_in, whole_stack=whole_stack)
        cold_tutor.env["LEVELUP_LEVELS"] = str(root)
        monkeypatch.setenv("LEVELUP_LEVELS", str(root))
        cold_tutor.enter(SLUG, "fixed")
        return folder

    return begin


@pytest.fixture(autouse=True)
def nothing_of_the_command_is_left(tmp_path: Path) -> Iterator[None]:
    """Whatever a test did to the command: no process of it outlives the test."""
    yield
    if left_behind(tmp_path):
        try:
            assert_nothing_left(tmp_path)
        finally:
            end_all(tmp_path)

"""Fixtures of the tests that call the real command; a folder's ``conftest.py`` takes what it needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real import Tutor, copy_template, end_all, left_behind, make_template
from tutor.workspace import Workspace


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
    return cold_tutor


@pytest.fixture(autouse=True)
def nothing_of_the_command_is_left(tmp_path: Path) -> Iterator[None]:
    """Whatever a test did to the command: no process of it outlives the test."""
    yield
    left = [process.pid for process in left_behind(tmp_path)]
    if left:
        from tests.real import assert_nothing_left

        try:
            assert_nothing_left(tmp_path)
        finally:
            end_all(tmp_path)

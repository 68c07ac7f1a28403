"""A stack that is empty, and one made and seeded already: that takes longer than most tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures import template
from tests.real import copy_template
from tutor.curriculum.compose import compose
from tutor.learner.session import Session
from tutor.machine.shares import Mechanism, mechanism
from tutor.stack.ground import Ground, prepare_ground
from tutor.stack.plan import STACK_FILE, read_plan
from tutor.stack.stack import Stack

__all__ = ["template"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the stack of the test lives."""
    return tmp_path / "stack"


@pytest.fixture
def stack(folder: Path) -> Iterator[Stack]:
    """A stack that is up and held by the test."""
    stack = Stack(folder)
    stack.up()
    yield stack
    stack.release()


@pytest.fixture
def cgroups() -> None:
    """A machine that can hold a server to a quota."""
    if mechanism() not in (Mechanism.CGROUP_V1, Mechanism.CGROUP_V2):
        pytest.skip("needs cgroups that can be written")


@pytest.fixture
def warm(session: Session, template: Path) -> Session:
    """A learner at level 1 whose stack was made and seeded before, and is down."""
    copy_template(template, session.stack.folder)
    session.enter(session.levels[0])
    return session


@pytest.fixture
def ground(warm: Session) -> Iterator[Ground]:
    """A PostgreSQL with the seeded data."""
    from tutor.base.cancel import Cancel

    files = compose(warm.levels[0], "fixed", warm.levels)
    plan = read_plan(files[STACK_FILE])
    yield prepare_ground(warm.stack, plan, files, lambda event: None, Cancel())
    warm.stack.release()

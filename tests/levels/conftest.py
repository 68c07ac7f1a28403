"""Levels, proved: one stack for all plays of a module."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import template
from tests.real import copy_template
from tutor.base.paths import content_root
from tutor.curriculum import Level, corpus, load_levels
from tutor.curriculum.compose import compose, compose_answer
from tutor.events import RunFinished
from tutor.judge import Finding, Kind, judge
from tutor.run.play import RunSpec, play
from tutor.stack.stack import Stack

__all__ = ["template"]

Play = Callable[..., RunFinished]


@pytest.fixture(scope="module")
def level() -> Level:
    """Level 1."""
    return load_levels()[0]


@pytest.fixture(scope="module")
def stack(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that is made and seeded, up for all tests of the module."""
    folder = tmp_path_factory.mktemp("levels") / "stack"
    copy_template(template, folder)
    stack = Stack(folder)
    stack.up()
    yield stack
    stack.release()
    assert stack.wait_until_gone(30)


@pytest.fixture(scope="module")
def play_variant(level: Level, stack: Stack) -> Play:
    """Return what plays a variant of level 1 to its end."""
    levels = load_levels()

    def play_it(variant: str, *, quick: bool = False) -> RunFinished:
        broken, fixed = (compose(level, name, levels) for name in ("broken", "fixed"))
        answer = next(answer for answer in corpus(level) if answer.name == variant)
        files = compose_answer(level, answer, levels)
        game = RunSpec(level, "mine", files, broken, fixed, stack)
        with closing(play(game, quick=quick)) as events:
            finished = [event for event in events if isinstance(event, RunFinished)]
        assert finished, "it ended without a verdict"
        return finished[-1]

    return play_it


def level_folders() -> list[Path]:
    """Return the folder of every level of ours."""
    return sorted((content_root() / "levels").glob("[0-9][0-9]_*"))


def judged_again(level: Level, event: dict[str, Any]) -> dict[str, Any]:
    """Return the verdict for what was measured and found, from the words on disk alone."""
    found = [
        Finding(finding["id"], Kind(finding["kind"]), finding["params"])
        for finding in event["verdict"]["findings"]
    ]
    again = judge(level.goals, event["measures"], found, quick=event["quick"]).to_json()
    return dict(json.loads(json.dumps(again)))

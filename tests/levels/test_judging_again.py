"""A verdict is made of plain data: judged again, from the journal or any machine, it is the same."""

import json
from typing import Any

import pytest

from tests.levels.conftest import Play
from tutor.curriculum import Level
from tutor.judge import Finding, Kind, judge

pytestmark = [pytest.mark.services]


def judged_again(level: Level, event: dict[str, Any]) -> dict[str, Any]:
    """Return the verdict for what was measured and found, from the words on disk alone."""
    found = [
        Finding(finding["id"], Kind(finding["kind"]), finding["params"])
        for finding in event["verdict"]["findings"]
    ]
    again = judge(level.goals, event["measures"], found, quick=event["quick"]).to_json()
    return dict(json.loads(json.dumps(again)))


@pytest.mark.parametrize(
    ("variant", "quick"),
    [
        ("broken", True),
        ("right/betty", True),
        ("wrong/page_cached", True),
        pytest.param("fixed", False, marks=pytest.mark.load),
    ],
)
def test_a_run_judged_again_has_the_same_verdict(
    play_variant: Play, level: Level, variant: str, quick: bool
) -> None:
    """By way of JSON, as the journal keeps it."""
    event = json.loads(json.dumps(play_variant(variant, quick=quick).to_json()))

    assert judged_again(level, event) == event["verdict"]

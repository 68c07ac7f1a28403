"""Level 1 is lost as it starts, won as the reference has it, and Betty's step is exactly the talk's."""

import pytest

from tests.levels.conftest import Play
from tutor.curriculum import Level
from tutor.judge import Kind, Medal, Outcome
from tutor.words.texts import Texts

pytestmark = [pytest.mark.services]


def test_the_broken_shop_is_lost_with_1292(play_variant: Play, level: Level) -> None:
    """Exactly; and the statement that repeats is named with its file and line."""
    run = play_variant("broken", quick=True)

    assert run.verdict.outcome is Outcome.NOT_YET
    assert run.measures["queries"] == 1292
    repeats = next(f for f in run.verdict.findings if f.id == "repeats")
    assert repeats.params["times"] == 200
    assert repeats.params["statement"].startswith("SELECT")
    assert repeats.params["file"].startswith("catalog/")
    assert repeats.params["line"] > 0
    assert not [f for f in run.verdict.findings if f.kind is Kind.FOUL]
    for language in ("en", "es"):
        said = Texts(language).finding(level, repeats)
        assert "200" in said
        assert repeats.params["file"] in said
        assert "{" not in said.replace(repeats.params["code"], "")


def test_what_betty_did_counts_201(play_variant: Play) -> None:
    """One line, 201 statements: a quick check says where the 200 come from."""
    run = play_variant("right/betty", quick=True)

    assert run.measures["queries"] == 201
    assert run.measures["slope"] == 1
    assert run.verdict.medal is Medal.BRONZE
    assert {"betty_step", "grows"} <= {f.id for f in run.verdict.findings}


def test_the_reference_needs_a_handful(play_variant: Play) -> None:
    """12 or fewer, and not one more when the products double."""
    run = play_variant("fixed", quick=True)

    assert run.measures["queries"] <= 12
    assert run.measures["slope"] == 0
    assert run.measures["queries_doubled"] == run.measures["queries"]
    assert run.verdict.medal is Medal.GOLD
    assert run.verdict.findings == ()


def test_the_figures_are_the_talks(level: Level) -> None:
    """What the story tells is what is measured."""
    assert level.betty["before"]["queries"] == 1292
    assert level.betty["after"]["queries"] == 201
    for name in ("story", "briefing"):
        for language in ("en", "es"):
            assert "1292" in level.text(name, language)
    assert "201" in level.text("lesson", "en")
    assert "201" in level.text("lesson", "es")

"""Right answers win their medal, wrong ones are refused for their own reason.

`tutor author check` plays all of them; here, where time counts, a part.
"""

import json
from collections.abc import Iterator

import pytest

from tests.levels.conftest import judged_again
from tutor.author import Proof, file_problems, is_playable, prove, text_problems
from tutor.curriculum import Answer, Level, corpus, load_levels
from tutor.stack.stack import Stack

LEVELS = load_levels()
VARIANTS = ("broken", "fixed")
FULL_TOO = {
    "01_n_plus_one": ("right/betty", "wrong/page_cached"),
}
"""Played with load in every run of the tests; `tutor author check` plays all of them that way."""
TOO_LONG = {"05_connections": ("wrong/pool_of_one_for_hours",)}
"""Answers that take a minute to be seen through: they are for `tutor author check`."""
PART = {"right": 1, "wrong": 2}
"""How many of a level's answers are played here, of each kind."""


def part_of(level: Level) -> list[Answer]:
    """Return the answers of *level* that are played here, from everywhere in its corpus."""
    too_long = TOO_LONG.get(level.slug, ())
    known = [a for a in corpus(level) if is_playable(a) and a.name not in too_long]
    always = (*VARIANTS, *FULL_TOO.get(level.slug, ()))
    chosen = [answer for answer in known if answer.name in always]
    for kind, number in PART.items():
        of_kind = [a for a in known if a.name.startswith(f"{kind}/") and a not in chosen]
        chosen += of_kind[:: max(1, len(of_kind) // number)][:number]
    return chosen


def has_load(level: Level, answer: Answer) -> bool:
    """Return whether *answer* is played with its load here."""
    known = (*VARIANTS, *FULL_TOO.get(level.slug, ()))
    return answer.full_only or answer.name in known


def answers(*, quick: bool) -> list[object]:
    """Return the answers to play, each with its level and its name as the test's id."""
    return [
        pytest.param(level, answer, id=f"{level.slug}-{answer.name}")
        for level in LEVELS
        for answer in part_of(level)
        if has_load(level, answer) is not quick
    ]


def proof_of(level: Level, answer: Answer, stack: Stack, *, quick: bool) -> Proof:
    """Play *answer* and return how it fared."""
    proofs: Iterator[Proof] = prove(level, LEVELS, stack, [answer], quick=quick)
    return next(iter(proofs))


def assert_judged_again(proof: Proof, level: Level) -> None:
    """Judged again from what the journal keeps, the verdict is the same."""
    assert proof.run
    event = json.loads(json.dumps(proof.run.to_json()))
    assert judged_again(level, event) == event["verdict"]


@pytest.mark.services
@pytest.mark.parametrize(("level", "answer"), answers(quick=True))
def test_an_answer_gets_what_it_deserves(level: Level, answer: Answer, stack: Stack) -> None:
    """In a quick check; a wrong one that needs more than that is seen through under load."""
    proof = proof_of(level, answer, stack, quick=bool(answer.medal))

    assert proof.problem == ""
    assert_judged_again(proof, level)


@pytest.mark.services
@pytest.mark.load
@pytest.mark.parametrize(("level", "answer"), answers(quick=False))
def test_an_answer_gets_what_it_deserves_under_load(
    level: Level, answer: Answer, stack: Stack
) -> None:
    """In a full run: the race and the visitors too."""
    proof = proof_of(level, answer, stack, quick=False)

    assert proof.problem == ""
    assert_judged_again(proof, level)


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_a_level_is_complete(level: Level) -> None:
    """Every text in both languages, no file stored twice, broken and fixed not the same."""
    assert list(text_problems(level)) == []
    assert list(file_problems(level, LEVELS)) == []


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_a_corpus_is_wide_enough(level: Level) -> None:
    """At least five right answers and six wrong ones, and no wrong one without its reason."""
    known = corpus(level)

    right = [answer for answer in known if answer.name.startswith("right/")]
    wrong = [answer for answer in known if answer.name.startswith("wrong/")]
    assert len(right) >= 5
    assert len(wrong) >= 6
    assert all(answer.refused for answer in wrong)
    assert len({answer.refused for answer in wrong}) >= 5


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_a_level_has_every_text(level: Level) -> None:
    """Story, briefing, lesson and answer; four hints; a sentence for each goal and finding."""
    for name in ("story", "briefing", "lesson", "answer"):
        for language in ("en", "es"):
            assert len(level.text(name, language)) > 200
    assert len(level.hints) == 4
    assert level.goal_texts.keys() == {goal.id for goal in level.goals}
    assert level.finding_texts.keys() == level.finding_kinds.keys()

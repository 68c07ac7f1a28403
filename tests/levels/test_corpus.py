"""Right answers win their medal, wrong ones are refused for their own reason.

There are more answers than a test run has minutes. By date one in thirty-two is played in quick
form, and of one level one in sixteen with its load; the broken and fixed shop of every other level
are, and those of every fourth with their load. That keeps a change from breaking verdicts; that none is wrong, `make proof` and `make study` say.
`LEVELUP_DAY=2026-11-29` repeats what a day played, `LEVELUP_WHOLE=05_connections` has all of that
level played whole; `tutor author check` plays everything.
"""

import json
import os
from collections.abc import Iterator

import pytest

from tests.dates import today
from tests.levels.conftest import judged_again
from tutor.author import Proof, file_problems, is_playable, prove, text_problems
from tutor.curriculum import Answer, Level, corpus, find_level, load_levels
from tutor.stack.stack import Stack

LEVELS = load_levels()
VARIANTS = ("broken", "fixed")
FULL_TOO = {
    "01_n_plus_one": ("right/betty", "wrong/page_cached"),
}
"""Played with load in every run of the tests, whatever the date."""
TOO_LONG = {
    "05_connections": ("wrong/pool_of_one_for_hours",),
    "09_stampede": (
        *("wrong/copied_once", "wrong/lock_without_end", "wrong/touched_at_each_visit"),
        *("wrong/fresh_for_a_day", "wrong/fresh_for_two_minutes", "wrong/never_due"),
        *("right/lock_of_five_minutes", "right/thread_renews", "right/two_tiers"),
    ),
}
"""Answers that take a minute to be seen through: they are for `tutor author check`."""


PARTS = 32
"""Into how many days the quick plays are parted: all of them take longer than everything else."""
QUICK_TOO = 2
"""Into how many days the broken and fixed shops are parted: of the others, only the corpus' turn."""
LOADS = 4
"""Into how many days the broken and fixed shops are parted that are played with their load."""
WHOLE_PARTS = 16
"""Into how many weeks the plays with load of the day's level are parted."""


def level_of_the_day() -> Level:
    """Return the level whose answers are all played with their load."""
    if named := os.environ.get("LEVELUP_WHOLE"):
        return find_level(named, LEVELS)
    return LEVELS[today() % len(LEVELS)]


def known_answers(level: Level) -> list[Answer]:
    """Return the answers of *level* that are played on this day."""
    too_long = TOO_LONG.get(level.slug, ())
    known = [a for a in corpus(level) if is_playable(a) and a.name not in too_long]
    if os.environ.get("LEVELUP_WHOLE") and level == level_of_the_day():
        return known
    turn, parts = today(), PARTS
    if level == level_of_the_day():
        turn, parts = today() // len(LEVELS), WHOLE_PARTS
    always = (*VARIANTS, *FULL_TOO.get(level.slug, ()))
    if (LEVELS.index(level) + today()) % QUICK_TOO:
        always = FULL_TOO.get(level.slug, ())
    return [a for place, a in enumerate(known) if (place + turn) % parts == 0 or a.name in always]


def has_load(level: Level, answer: Answer) -> bool:
    """Return whether *answer* is played with its load here."""
    if level == level_of_the_day() or answer.name in FULL_TOO.get(level.slug, ()):
        return True
    return answer.name in VARIANTS and (LEVELS.index(level) + today()) % LOADS == 0


def answers(*, quick: bool) -> list[object]:
    """Return the answers to play, each with its level and its name as the test's id."""
    return [
        pytest.param(level, answer, id=f"{level.slug}-{answer.name}")
        for level in LEVELS
        for answer in known_answers(level)
        # What is wrong under load only is for the day on which its level has its load.
        if has_load(level, answer) is not quick and not (quick and answer.full_only)
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
@pytest.mark.alone
@pytest.mark.parametrize(("level", "answer"), answers(quick=True))
def test_an_answer_gets_what_it_deserves(level: Level, answer: Answer, stack: Stack) -> None:
    """In a quick check; a wrong one that needs more than that is seen through under load."""
    proof = proof_of(level, answer, stack, quick=bool(answer.medal))

    assert proof.problem == ""
    assert_judged_again(proof, level)


@pytest.mark.services
@pytest.mark.load
@pytest.mark.alone
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
    """Story, briefing, lesson and answer; four hints or five; a sentence for each goal and finding."""
    for name in ("story", "briefing", "lesson", "answer"):
        for language in ("en", "es"):
            assert len(level.text(name, language)) > 200
    assert 4 <= len(level.hints) <= 5
    assert level.goal_texts.keys() == {goal.id for goal in level.goals}
    assert level.finding_texts.keys() == level.finding_kinds.keys()

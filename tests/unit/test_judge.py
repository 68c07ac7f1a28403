"""The judge compares plain data; the same data always get the same verdict."""

import json

import pytest

from tutor.judge import Finding, Goal, Kind, Medal, Outcome, Verdict, judge, standing

BRONZE = Goal("few", "queries", Medal.BRONZE, at_most=212)
FAST = Goal("fast", "time_ratio", Medal.BRONZE, at_most=0.6, full_only=True)
SILVER = Goal("flat", "slope", Medal.SILVER, at_most=0)
GOLD = Goal("least", "queries", Medal.GOLD, at_most=12)
GOALS = (BRONZE, FAST, SILVER, GOLD)
BEST = {"queries": 12, "time_ratio": 0.1, "slope": 0}

FOUL = Finding("stale_page", Kind.FOUL)
NOTE = Finding("repeats", Kind.NOTE)
OURS = Finding("ours", Kind.OURS)


def noise(measure: str) -> Finding:
    """Return the finding that *measure* means nothing on this machine."""
    return Finding("too_noisy", Kind.NOISE, {"measure": measure})


@pytest.mark.parametrize(
    ("value", "met"), [(212, True), (212.0, True), (213, False), (0, True), (None, False)]
)
def test_an_upper_bound_belongs_to_the_goal(value: float | None, met: bool) -> None:
    """At most 212 is met by 212; what was not measured is never met."""
    assert BRONZE.is_met_by(value) is met


@pytest.mark.parametrize(("value", "met"), [(0.9, True), (1, True), (0.89, False), (None, False)])
def test_a_lower_bound_belongs_to_the_goal(value: float | None, met: bool) -> None:
    """At least 0.9 is met by 0.9."""
    assert Goal("hits", "hit_rate", Medal.BRONZE, at_least=0.9).is_met_by(value) is met


def test_both_bounds_must_hold() -> None:
    """A goal with two bounds is met only between them."""
    goal = Goal("jobs", "jobs", Medal.BRONZE, at_least=10, at_most=10)

    assert [goal.is_met_by(n) for n in (9, 10, 11)] == [False, True, False]


@pytest.mark.parametrize(
    ("measures", "medal"),
    [
        (BEST, Medal.GOLD),
        ({**BEST, "queries": 13}, Medal.SILVER),
        ({**BEST, "slope": 1}, Medal.BRONZE),
        ({**BEST, "queries": 212, "slope": 1}, Medal.BRONZE),
    ],
)
def test_a_medal_needs_its_own_goals_and_those_below(
    measures: dict[str, float], medal: Medal
) -> None:
    """Gold numbers without the silver goal are bronze."""
    verdict = judge(GOALS, measures, [])

    assert (verdict.outcome, verdict.medal) == (Outcome.WON, medal)


def test_a_level_without_silver_goals_goes_from_bronze_to_gold() -> None:
    """A rank without goals is no hurdle, and is nobody's medal."""
    assert judge([BRONZE, GOLD], {"queries": 12}, []).medal is Medal.GOLD
    assert judge([BRONZE, GOLD], {"queries": 13}, []).medal is Medal.BRONZE


def test_a_missed_bronze_goal_is_not_yet() -> None:
    """Not yet, without a medal, and every goal says what was measured."""
    verdict = judge(GOALS, {**BEST, "queries": 1292}, [NOTE])

    assert (verdict.outcome, verdict.medal, verdict.won) == (Outcome.NOT_YET, None, False)
    first = verdict.goals[0]
    assert (first.id, first.value, first.met) == ("few", 1292, False)


def test_a_foul_refuses_the_best_numbers() -> None:
    """A wrong fix wins nothing, however fast it is."""
    verdict = judge(GOALS, BEST, [NOTE, FOUL])

    assert (verdict.outcome, verdict.medal) == (Outcome.NOT_YET, None)


def test_a_note_changes_nothing() -> None:
    """A finding that only helps costs nothing."""
    assert judge(GOALS, BEST, [NOTE]).medal is Medal.GOLD


@pytest.mark.parametrize("findings", [[OURS], [FOUL, OURS], [noise("time_ratio"), OURS]])
def test_our_fault_outranks_everything(findings: list[Finding]) -> None:
    """Where something of ours failed, nothing is said of the fix."""
    verdict = judge(GOALS, {**BEST, "queries": 1292}, findings)

    assert (verdict.outcome, verdict.medal) == (Outcome.OUR_FAULT, None)


def test_noise_on_the_only_missed_goal_cannot_tell() -> None:
    """A missed goal that the noise may have missed is not held against the learner."""
    verdict = judge(GOALS, {**BEST, "time_ratio": 0.7}, [noise("time_ratio")])

    assert (verdict.outcome, verdict.medal) == (Outcome.CANNOT_TELL, None)


def test_noise_on_a_goal_that_was_met_cannot_tell_either() -> None:
    """The noise may have carried it across as well: a lucky run is no win."""
    verdict = judge(GOALS, BEST, [noise("time_ratio")])

    assert (verdict.outcome, verdict.medal) == (Outcome.CANNOT_TELL, None)


def test_noise_on_another_measure_excuses_nothing() -> None:
    """1292 statements are too many on any machine."""
    verdict = judge(GOALS, {**BEST, "queries": 1292}, [noise("time_ratio")])

    assert verdict.outcome is Outcome.NOT_YET


def test_noise_excuses_no_foul() -> None:
    """A wrong fix is wrong on a busy machine too."""
    assert judge(GOALS, BEST, [noise("time_ratio"), FOUL]).outcome is Outcome.NOT_YET


def test_a_quick_check_leaves_out_what_needs_a_full_run() -> None:
    """The goals of the load are neither missed nor shown."""
    measures = {"queries": 12, "slope": 0}

    assert judge(GOALS, measures, [], quick=True).outcome is Outcome.WON
    assert [r.id for r in judge(GOALS, measures, [], quick=True).goals] == ["few", "flat", "least"]
    assert judge(GOALS, measures, []).outcome is Outcome.NOT_YET


def test_a_verdict_survives_json() -> None:
    """What the journal keeps is read back as it was."""
    found = Finding("repeats", Kind.NOTE, {"times": 200, "statement": "SELECT ?"})
    verdict = judge(GOALS, {**BEST, "slope": 2}, [found])

    assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


def test_while_a_run_is_on_goals_are_met_missed_or_open() -> None:
    """What a quick check cannot measure is not asked of it."""
    measures = {"queries": 201}

    full, quick = (standing(GOALS, measures, [], quick=quick) for quick in (False, True))

    assert (full.met, full.missed, full.open) == (1, 1, 2)
    assert (quick.met, quick.missed, quick.open) == (1, 1, 1)


@pytest.mark.parametrize(
    ("measures", "findings", "missed"),
    [
        ({}, [], None),
        ({"queries": 201}, [], None),
        ({"queries": 213}, [], "few"),
        ({"time_ratio": 0.9}, [], "fast"),
        ({"time_ratio": 0.9}, [noise("time_ratio")], None),
        ({"time_ratio": 0.9, "queries": 1292}, [noise("time_ratio")], "few"),
    ],
)
def test_a_missed_goal_is_known_at_once_only_where_it_decides(
    measures: dict[str, float], findings: list[Finding], missed: str | None
) -> None:
    """It does where the first medal needs it, and the machine was quiet: the verdict agrees."""
    so_far = standing(GOALS, measures, findings)
    end = judge(GOALS, {**BEST, **measures}, findings)

    assert (so_far.first_missed.id if so_far.first_missed else None) == missed
    assert (end.outcome is Outcome.NOT_YET) == (missed is not None)

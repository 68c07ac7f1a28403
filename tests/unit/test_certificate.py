"""The certificate: the learner's own figures, or what is still missing."""

from dataclasses import replace

import pytest

from tutor.curriculum import Level, load_levels
from tutor.learner.certificate import (
    SEASONS,
    Certificate,
    Measures,
    Run,
    certificate,
    certificates,
)
from tutor.learner.progress import LevelProgress, Progress
from tutor.words.texts import Texts

FIRST = load_levels()[0]
LAST = SEASONS[0].last
LEVELS = [replace(FIRST, slug=f"{number:02}_level") for number in (1, 2, LAST, 90)]


def lost(**measures: object) -> Run:
    """Return a run that did not win."""
    return {"verdict": {"outcome": "not_yet"}, "measures": measures}


def won(medal: str = "gold", **measures: object) -> LevelProgress:
    """Return the progress in a level that was won."""
    return LevelProgress(attempts=3, medal=medal, won_at=1000.0, best=measures)


def reached(levels: list[Level], *, but: str = "", before: Measures | None = None) -> Certificate:
    """Return the certificate of who won every level of the season but one.

    *before* was measured of the broken shop of the first.
    """
    progress = Progress(
        levels={
            level.slug: won(queries=5, time_ratio=0.1)
            for level in levels
            if level.slug != but and level.number <= LAST
        }
    )
    return certificate(levels, progress, {}, {levels[0].slug: before or {}})


def test_it_takes_every_level_of_the_season_and_no_other() -> None:
    """What comes after the last level, or from somebody else, is not asked for."""
    whole = reached(LEVELS)

    assert whole.is_complete
    assert (whole.golds, whole.attempts, len(whole.rows)) == (3, 9, 3)
    assert whole.won_at == 1000.0


@pytest.mark.parametrize(
    ("won_at", "date"), [(1_700_000_000.0, "2023-11-1"), (1e300, "–")], ids=["known", "unknown"]
)
def test_it_says_when_it_was_won_where_a_calendar_has_that_day(won_at: float, date: str) -> None:
    """Whatever a damaged file says, nobody's certificate breaks over it."""
    total = replace(reached(LEVELS), won_at=won_at).total(Texts("en"))

    assert f"3 gold · 9 full runs · {date}" in total


@pytest.mark.parametrize("but", ["01_level", "07_level"])
def test_one_that_is_missing_is_named(but: str) -> None:
    """Whichever it is."""
    partly = reached(LEVELS, but=but)

    assert not partly.is_complete
    assert [row.level.slug for row in partly.missing] == [but]


def test_without_the_last_level_there_is_no_certificate() -> None:
    """A version that lacks it certifies nothing."""
    assert not reached(LEVELS[:2]).is_complete


def test_a_season_that_has_not_begun_has_no_certificate_yet() -> None:
    """Once one of its levels was tried, it tells what is missing; the first one always does."""
    levels = [replace(FIRST, slug=f"{number:02}_level") for number in (1, LAST, LAST + 1, 12)]
    begun = Progress(levels={levels[2].slug: LevelProgress(attempts=1)})
    all_won = Progress(levels={level.slug: won() for level in levels})

    def names(progress: Progress) -> list[tuple[str, bool]]:
        found = certificates(levels, progress, {}, {})
        return [(one.season.name, one.is_complete) for one in found]

    assert names(Progress()) == [("black_friday", False)]
    assert names(begun) == [("black_friday", False), ("cyber_monday", False)]
    assert names(all_won) == [("black_friday", True), ("cyber_monday", True)]


def test_before_is_the_broken_shop_and_after_the_best_win() -> None:
    """Measures that are no numbers are not compared."""
    figures = reached(LEVELS, before={"queries": 1292, "time_ratio": None}).rows[0].figures

    assert [(f.measure, f.before, f.after) for f in figures] == [("queries", 1292, 5)]


def test_who_won_at_once_has_at_least_the_figure_they_won_with() -> None:
    """Where nobody measured the broken shop there is no before."""
    figures = reached(LEVELS).rows[0].figures

    assert [(f.measure, f.before, f.after) for f in figures] == [("queries", None, 5)]


def test_the_diagnosis_is_judged_where_there_is_one() -> None:
    """Right, wrong, and none."""
    asked = FIRST.diagnosis
    assert asked is not None
    said = {"right": asked.right, "wrong": next(iter(asked.against)), "none": ""}
    judged = {
        name: certificate(
            [FIRST], Progress(levels={FIRST.slug: LevelProgress(diagnosis=choice)}), {}, {}
        )
        .rows[0]
        .diagnosis
        for name, choice in said.items()
    }

    assert judged == {"right": True, "wrong": False, "none": None}


def lacking(mine: LevelProgress, *runs: Run) -> list[str]:
    """Return what the certificate of who has only level 1 says is missing."""
    progress = Progress(levels={FIRST.slug: mine})
    return certificate([FIRST], progress, {FIRST.slug: runs}, {}).lacks(Texts("en"))


def test_a_medal_that_is_missing_is_told_with_the_goals_it_hangs_on() -> None:
    """By name, with what was measured and what was needed; of gold nothing is missing."""
    silver = lacking(won("silver", queries=30, time_ratio=0.1))
    bronze = lacking(won("bronze", queries=100))

    assert len(silver) == len(bronze) == 1
    assert silver[0].startswith("Level 1, The chatty front page: gold is missing: ")
    assert "Measured: 30" in silver[0]
    assert "Needed: ≤ 12" in silver[0]
    assert "silver is missing: " in bronze[0]
    assert "gold is missing: " in bronze[0]
    assert lacking(won("gold", queries=5)) == []


def test_before_a_win_the_last_run_says_what_is_missing() -> None:
    """Without one, only that it is not won."""
    tried = lacking(LevelProgress(attempts=2), lost(queries=5), lost(queries=1292))

    assert len(tried) == 1
    assert "bronze is missing: " in tried[0]
    assert "Measured: 1292" in tried[0]
    assert lacking(LevelProgress()) == ["Level 1, The chatty front page: not won yet."]


def test_gold_that_is_gone_is_told_as_gone() -> None:
    """Whatever was measured: nobody is sent after it."""
    mine = replace(won("silver", queries=5), answer_seen=True)
    reached = certificate([FIRST], Progress(levels={FIRST.slug: mine}), {}, {})

    assert "gold is gone" in reached.lacks(Texts("en"))[0]
    assert reached.next_to_win is None


def test_it_is_plain_data_too() -> None:
    """For the report, and for scripts."""
    document = reached(LEVELS, but="02_level").to_json(Texts("es"))

    assert (document["complete"], document["missing"]) == (False, ["02_level"])
    assert document["levels"][0]["figures"][0]["unit"] == Texts("es").unit(FIRST, "queries")

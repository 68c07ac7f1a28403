"""The study: what counts, what it adds up to, and that it goes on where it was."""

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tests.study.plays import Play, append, digest_of, near_bounds, play_of, read_plays
from tests.study.table import put_into, table
from tests.study.tally import Tally, has_flipped, needed, tally, wanting
from tutor.author import Fault, Proof, assess
from tutor.base.paths import content_root
from tutor.curriculum import corpus, load_levels
from tutor.events import RunFinished
from tutor.judge import Finding, GoalResult, Kind, Medal, Outcome, Verdict

LEVELS = load_levels()
LEVEL = LEVELS[0]
ANSWERS = {answer.name: answer for answer in corpus(LEVEL)}
RIGHT, WRONG = ANSWERS["right/betty"], ANSWERS["wrong/page_cached"]
WON = Verdict(Outcome.WON, RIGHT.medal, (), ())
LOST = Verdict(Outcome.NOT_YET, None, (), ())
PLAY = Play("one", "right/a", "d", "c", False, True, "won", "gold", (), "", "", 1.5)


def run_with(*goals: GoalResult) -> RunFinished:
    """Return the end of a run with these goals."""
    verdict = Verdict(Outcome.NOT_YET, None, goals, ())
    return RunFinished("r", LEVEL.slug, "mine", False, 2.0, verdict, {})


def goal(value: object, **bounds: float | None) -> GoalResult:
    """Return a goal that measured *value*."""
    ends = {"at_most": None, "at_least": None, **bounds}
    return GoalResult("g", Medal.GOLD, "m", value, ends["at_most"], ends["at_least"], False)


def test_each_fault_is_told_from_the_others() -> None:
    """A wrong answer that wins is worse than one that is refused for the wrong reason."""
    other = Finding("rows_missing", Kind.FOUL, {})
    noisy = replace(LOST, outcome=Outcome.CANNOT_TELL)
    ours = replace(LOST, outcome=Outcome.OUR_FAULT)
    higher = replace(WON, medal=Medal.GOLD)
    note = Finding("rows_missing", Kind.NOTE, {})

    cases = [
        (RIGHT, WON, None),
        (RIGHT, LOST, Fault.FALSE_FAIL),
        (RIGHT, higher, Fault.WRONG_MEDAL),
        (replace(RIGHT, told="rows_missing"), WON, Fault.WRONG_MESSAGE),
        (replace(RIGHT, told="rows_missing"), replace(WON, findings=(note,)), None),
        (WRONG, WON, Fault.FALSE_PASS),
        (WRONG, replace(LOST, findings=(other,)), Fault.WRONG_MESSAGE),
        (WRONG, replace(LOST, findings=(Finding(WRONG.refused, Kind.FOUL, {}),)), None),
        (WRONG, noisy, Fault.CANNOT_TELL),
        (WRONG, ours, Fault.OUR_FAULT),
    ]

    for answer, verdict, fault in cases:
        assert assess(answer, verdict, LEVEL, quick=False)[0] == fault, (answer.name, verdict)


def test_a_quick_check_may_tell_another_finding_instead() -> None:
    """The one that `level.toml` names; a full run still has to say why."""
    level = replace(LEVEL, told_briefly={WRONG.refused: "counted"})
    brief = replace(LOST, findings=(Finding("counted", Kind.NOTE),))
    whole = replace(LOST, findings=(Finding(WRONG.refused, Kind.NOTE),))

    for verdict, quick, fault in (
        (brief, True, None),
        (brief, False, Fault.WRONG_MESSAGE),
        (whole, True, Fault.WRONG_MESSAGE),
        (whole, False, None),
    ):
        assert assess(WRONG, verdict, level, quick=quick)[0] == fault


def test_a_run_without_a_verdict_is_remembered_as_our_fault() -> None:
    """Nothing that was played is left out of the figures."""
    proof = Proof(RIGHT, None, Fault.OUR_FAULT, "it ended without a verdict")

    play = play_of(LEVEL, "d", proof, commit="c", busy=True)

    assert play.fault == Fault.OUR_FAULT
    assert play.busy
    assert play.said == ""


def test_near_a_bound_is_within_a_factor_of_one_and_a_half() -> None:
    """On either side; a bound of zero has no neighbourhood, and what is no number none either."""
    assert near_bounds(run_with(goal(10, at_most=12))) == {"m": 10.0}
    assert near_bounds(run_with(goal(18, at_most=12))) == {"m": 18.0}
    assert near_bounds(run_with(goal(60, at_least=90))) == {"m": 60.0}
    assert near_bounds(run_with(goal(19, at_most=12))) == {}
    assert near_bounds(run_with(goal(0, at_most=0))) == {}
    assert near_bounds(run_with(goal(None, at_most=12))) == {}


def test_only_what_varies_near_a_bound_is_played_twenty_times() -> None:
    """A counter that is the same in every play is no risk."""
    same = [replace(PLAY, near={"m": 10.0}), replace(PLAY, near={"m": 10.0})]
    varies = [*same, replace(PLAY, near={"m": 10.5}, busy=True)]

    assert needed(same) == 4
    assert needed(varies) == 20
    assert wanting(same, busy=False) == 0
    assert wanting(same, busy=True) == 2
    assert wanting(varies, busy=True) == 9


def test_two_different_verdicts_are_a_flip_and_silence_is_none() -> None:
    """Another medal is another verdict; "cannot tell" says nothing about the shop."""
    silent = replace(PLAY, outcome="cannot_tell", medal="", fault=Fault.CANNOT_TELL)

    assert not has_flipped([PLAY, silent, PLAY])
    assert has_flipped([PLAY, replace(PLAY, medal="silver")])
    assert has_flipped([PLAY, replace(PLAY, outcome="not_yet", medal="")])


def test_plays_add_up() -> None:
    """Each fault under its name, silence as a share of quiet and of busy plays, the rest wanting."""
    plays = [
        PLAY,
        replace(PLAY, busy=True, fault=Fault.CANNOT_TELL, outcome="cannot_tell", medal=""),
        replace(PLAY, answer="wrong/b", right=False, fault=Fault.FALSE_PASS),
        replace(PLAY, answer="gone", fault=Fault.FALSE_FAIL),
    ]

    found = tally("one", ["right/a", "wrong/b", "wrong/c"], plays)

    assert (found.answers, found.known, found.plays, found.plays_busy) == (2, 3, 3, 1)
    assert (found.false_pass, found.false_fail) == (1, 0)
    assert (found.cannot_tell, found.cannot_tell_busy) == (0.0, 100.0)
    assert found.wanting == 12 - 3
    assert found.seconds == 1.5
    assert not found.holds


def test_a_study_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    """A line that was being written when the power went costs that line and no other."""
    path = tmp_path / "plays.jsonl"
    append(path, PLAY)
    append(path, PLAY)
    path.write_text(path.read_text()[:-20])

    append(path, replace(PLAY, busy=True))

    assert read_plays(path) == [PLAY, replace(PLAY, busy=True)]
    assert read_plays(tmp_path / "none") == []


def test_a_play_of_another_shop_does_not_count_as_this_one() -> None:
    """Two answers never share a digest, and the same answer keeps its own."""
    digests = [digest_of(LEVEL, answer, LEVELS) for answer in ANSWERS.values()]

    assert len(set(digests)) == len(digests)
    assert digest_of(LEVEL, RIGHT, LEVELS) == digest_of(LEVEL, RIGHT, LEVELS)


def test_other_words_leave_a_play_as_it_was_and_another_bound_does_not(tmp_path: Path) -> None:
    """Hours of plays outlive a better sentence."""
    folder = shutil.copytree(LEVEL.folder, tmp_path / LEVEL.slug)
    copy = replace(LEVEL, folder=folder)
    written = (folder / "level.toml").read_text()
    before = digest_of(copy, RIGHT, LEVELS)

    (folder / "level.toml").write_text(written.replace("At most", "No more than"))
    reworded = digest_of(copy, RIGHT, LEVELS)
    (folder / "level.toml").write_text(written.replace("at_most = 12", "at_most = 13"))

    assert "At most" in written
    assert reworded == before
    assert digest_of(copy, RIGHT, LEVELS) != before


def test_the_table_stands_between_its_marks() -> None:
    """What is written around it stays."""
    found = put_into("before <!-- study: begin -->\nold\n<!-- study: end --> after", "new")

    assert found == "before <!-- study: begin -->\nnew\n<!-- study: end --> after"
    with pytest.raises(ValueError, match="has no"):
        put_into("no marks", "new")


def test_the_docs_show_the_figures_that_were_measured() -> None:
    """Nobody writes into the table by hand."""
    figures = json.loads((content_root() / "tests/bench/verdicts.json").read_text())
    tallies = [Tally(**row) for row in figures["levels"]]
    document = (content_root() / "docs" / "verdicts.md").read_text(encoding="utf-8")

    assert put_into(document, table(tallies)) == document
    assert [asdict(one)["level"] for one in tallies] == [level.slug for level in LEVELS]

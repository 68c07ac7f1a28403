"""Whatever was recorded can be shown: every finding, goal, measure, step and problem.

In both languages, with arbitrary values under the names that a sentence asks for, with names missing
and others too many, in levels that have the finding and in those that never heard of it.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.unit.test_texts import placeholders
from tutor.base import log
from tutor.base.errors import ShopError, TutorError
from tutor.catalogue import LANGUAGES, sentences
from tutor.cli.certificate import lines as certificate_lines
from tutor.cli.console import EscapingConsole, Narrator, print_verdict
from tutor.cli.outcome import document
from tutor.cli.plain.narrator import PlainNarrator
from tutor.cli.plain.talk import Talk
from tutor.cli.plain.verdict import verdict_lines
from tutor.curriculum import Level, load_levels
from tutor.events import (
    Event,
    FindingMade,
    GoalMeasured,
    Measured,
    PhaseStarted,
    Repaired,
    RunFinished,
    RunStarted,
    ServiceDied,
    StepStarted,
)
from tutor.judge import Finding, GoalResult, Kind, Medal, Outcome, Verdict
from tutor.learner.certificate import certificate
from tutor.learner.progress import LevelProgress, Progress
from tutor.learner.results import diagnosed, predicted
from tutor.report.data import Attempt, LevelReport, Report, _comparisons
from tutor.report.page import page
from tutor.tui.board import Board
from tutor.tui.charts import charts
from tutor.tui.screens.win import before_and_after
from tutor.tui.widgets.figures import figures
from tutor.tui.widgets.meter import meter
from tutor.tui.wording import event_line
from tutor.words import rendering
from tutor.words.scenes import scene_for
from tutor.words.texts import Texts

LEVELS = load_levels()
TEXTS = [Texts(language) for language in LANGUAGES]
ENGINE = sorted(
    key.removeprefix("findings.") for key in sentences("en") if key.startswith("findings.")
)
PROBLEMS = sorted(
    key.removeprefix("problems.") for key in sentences("en") if key.startswith("problems.")
)

HOSTILE = st.sampled_from(
    ["[/b]", "[bold", "a[1]", "{0}", "{x!r:>9}", "%s", "\ud800", "\x1b[31m", "`*"]
)
words = st.one_of(st.text(max_size=12), HOSTILE)
numbers = st.one_of(st.integers(), st.floats(), st.sampled_from([10**400, -(10**400), 0, 1e308]))
plain = st.one_of(st.none(), st.booleans(), numbers, words)
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
    max_leaves=3,
)
levels = st.sampled_from(LEVELS)


def asked(level: Level, id: str) -> list[str]:
    """Return the names that the sentences about a finding ask for, and some that none does."""
    known = [*level.finding_texts.get(id, {}).values(), sentences("en").get(f"findings.{id}", "")]
    names = {name for text in known for name in placeholders(text)}
    return [*sorted(names), "said", "measure", "id", "self", "message", "hint"]


@st.composite
def findings(draw: st.DrawFn, level: Level) -> Finding:
    """Return a finding of the level, of the engine, or of a version that is no more."""
    name = draw(st.sampled_from([*level.finding_texts, *ENGINE]) | words)
    names = draw(st.lists(st.sampled_from(asked(level, name)) | words, max_size=5))
    params = {one: draw(values) for one in names}
    kind = draw(st.sampled_from(Kind))
    problem = None
    if kind is Kind.OURS:
        said = draw(st.sampled_from(PROBLEMS) | words)
        problem = draw(st.none() | st.just({**params, "id": said, "hint": draw(words)}))
    return Finding(name, kind, params, problem)


@st.composite
def results(draw: st.DrawFn, level: Level) -> GoalResult:
    """Return a goal of the level or of another version, beside whatever was measured."""
    goal = draw(st.sampled_from(level.goals))
    value = draw(values)
    bound = draw(st.sampled_from([goal.at_most, goal.at_least, None, 0, 5.5]))
    name = draw(st.sampled_from([goal.id, "a_goal_that_is_no_more"]))
    measure = draw(st.sampled_from([goal.measure, "a_measure_that_is_no_more"]))
    return GoalResult(name, goal.medal, measure, value, bound, goal.at_least, draw(st.booleans()))


@st.composite
def runs(draw: st.DrawFn) -> tuple[Level, RunFinished, LevelProgress]:
    """Return the end of a run as any version might have kept it, and what its learner said."""
    level = draw(levels)
    outcome = draw(st.sampled_from(Outcome))
    verdict = Verdict(
        outcome,
        draw(st.sampled_from(Medal)) if outcome is Outcome.WON else None,
        tuple(draw(st.lists(results(level), max_size=3))),
        tuple(draw(st.lists(findings(level), max_size=3))),
    )
    names = [*(goal.measure for goal in level.goals), *level.units, "broken_ms", "shop_ms", "rps"]
    measures = draw(st.dictionaries(st.sampled_from(names) | words, values, max_size=6))
    seconds = draw(st.floats(0, 1e6))
    run = RunFinished("r", level.slug, "mine", draw(st.booleans()), seconds, verdict, measures)
    choices = [*level.diagnosis.choices] if level.diagnosis else []
    mine = LevelProgress(
        attempts=draw(st.integers(0, 99)),
        hints_taken=draw(st.lists(st.integers(0, 20), max_size=3)),
        answer_seen=draw(st.booleans()),
        diagnosis=draw(st.sampled_from([*choices, "", "no_more"])),
        prediction=draw(st.none() | st.floats()),
        medal=draw(st.sampled_from(["", *Medal])),
        won_at=draw(st.floats(0, 1e18)),
        best=measures,
    )
    return level, run, mine


def often(times: int) -> Any:
    """Return settings for *times* examples: the same ones each time, on whatever machine."""
    return settings(
        max_examples=times,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(autouse=True)
def _fenced(home: Path) -> None:
    """Keep the tutor's log out of the learner's folder."""


# -- sentences -------------------------------------------------------------------------------------


@pytest.mark.parametrize("texts", TEXTS, ids=LANGUAGES)
@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_every_finding_has_words(level: Level, texts: Texts) -> None:
    """Without any value, and with text where a number is expected; none needs the raw fact."""
    for name in [*level.finding_texts, *ENGINE]:
        for params in ({}, dict.fromkeys(asked(level, name), "[/b] {x}")):
            told = texts.finding(level, Finding(name, Kind.NOTE, params))
            assert told
            assert not told.startswith(f"{name}:")


@pytest.mark.parametrize("texts", TEXTS, ids=LANGUAGES)
@given(data=st.data())
@often(60)
def test_any_finding_is_told(texts: Texts, data: st.DataObject) -> None:
    """By its sentence, or by its id with what was found."""
    level = data.draw(levels)
    finding = data.draw(findings(level))
    assume(finding.id.strip())

    assert texts.finding(level, finding)


@pytest.mark.parametrize("texts", TEXTS, ids=LANGUAGES)
@given(name=st.sampled_from(PROBLEMS), given_values=st.dictionaries(words, values, max_size=4))
@often(60)
def test_any_problem_is_told(texts: Texts, name: str, given_values: dict[str, Any]) -> None:
    """As a failure and as a finding of ours."""
    said = {**given_values, "id": name}

    message, _ = texts.error(TutorError("English", said=said))
    finding = texts.finding(LEVELS[0], Finding("ours", Kind.OURS, {"message": "m"}, said))

    assert message
    assert finding


@given(
    id=st.sampled_from(ENGINE),
    params=st.dictionaries(st.sampled_from(["file", "line", "path"]), values),
)
@often(40)
def test_any_failure_of_a_shop_is_told(id: str, params: dict[str, Any]) -> None:
    """With whatever values it was raised."""
    error = ShopError(id, **params)

    for texts in TEXTS:
        assert texts.error(error)[0]


def test_what_has_no_sentence_is_shown_raw_and_the_log_says_whose_fault_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The fact stays: its id and its values."""
    finding = Finding("of_another_version", Kind.FOUL, {"path": "/", "times": 3})

    assert Texts("es").finding(LEVELS[0], finding) == "of_another_version: path=/, times=3"
    said = log.log_file().read_text()
    assert f"The finding 'of_another_version' of {LEVELS[0].slug} cannot be shown" in said
    assert f"the fault is of {rendering.ENGINE}" in said


# -- events, verdicts, figures ---------------------------------------------------------------------


def events(level: Level, run: RunFinished, value: Any, word: str) -> Iterator[Event]:
    """Yield one event of each kind that carries something recorded."""
    yield RunStarted("r", level.slug, word, run.quick)
    yield PhaseStarted(word)
    for step in [*level.steps, word]:
        yield StepStarted(step, {"users": value, word: value})
    yield Repaired(word, {"x": value})
    yield ServiceDied(word, word, -9, word)
    for goal in run.verdict.goals:
        yield GoalMeasured(goal)
    for measure in [*(goal.measure for goal in level.goals), word]:
        yield Measured(measure, value)
    for finding in run.verdict.findings:
        yield FindingMade(finding)
    yield run


@given(run=runs(), value=values, word=words)
@often(50)
def test_any_event_is_told(
    run: tuple[Level, RunFinished, LevelProgress], value: Any, word: str
) -> None:
    """In the shell, in the plain game, and in the log of the workbench; the board takes it in."""
    level, finished, _ = run
    for texts in TEXTS:
        out = EscapingConsole(file=io.StringIO(), width=100)
        talk = Talk(io.StringIO(), io.StringIO())
        narrators = Narrator(out, texts, level), PlainNarrator(talk, texts, level)
        board = Board(level)
        board.begin(finished.quick)
        for event in events(level, finished, value, word):
            for narrator in narrators:
                narrator.tell(event)
            event_line(texts, level, event)
            board.apply(event)
            _ = board.standing
        charts(board, texts)


@given(run=runs())
@often(80)
def test_any_verdict_is_shown(run: tuple[Level, RunFinished, LevelProgress]) -> None:
    """In the shell, as a document, in the plain game, as figures and as a scene."""
    level, finished, mine = run
    for texts in TEXTS:
        print_verdict(EscapingConsole(file=io.StringIO(), width=100), texts, level, finished, mine)
        assert json.dumps(document(texts, level, finished, mine), default=str)
        assert all(list(verdict_lines(texts, level, finished, mine, finished.measures)))
        diagnosed(texts, level, finished, mine, finished.measures)
        predicted(texts, level, finished, mine)
        scene_for(level, finished.verdict, texts)
        figures(level, finished.measures, texts, first=mine.best)
        before_and_after(level, mine.best, finished.measures, texts)
    for result in finished.verdict.goals:
        meter(result, 12)


@given(run=runs(), at=st.floats(-1e18, 1e18))
@often(50)
def test_any_journal_makes_a_report(
    run: tuple[Level, RunFinished, LevelProgress], at: float
) -> None:
    """With charts, certificate and diffs, as a page that can be written down."""
    level, finished, mine = run
    kept = [finished.to_json(), replace(finished, quick=False).to_json()]
    runs, before = {level.slug: kept}, {level.slug: finished.measures}
    reached = certificate(LEVELS, Progress(levels={level.slug: mine}), runs, before)
    attempts = (Attempt(1, 1, at, finished, "+[/b]\n-a[1]\n"),)
    for texts in TEXTS:
        told = LevelReport(
            level,
            mine,
            attempts,
            tuple(_comparisons(level, mine, attempts, before[level.slug])),
            1,
            90.0,
            "+x",
            "",
            texts.prediction(level, mine.prediction, mine.best),
        )
        html = page(Report((told,), (reached,)), texts, "Betty")
        assert html.encode(errors="replace").endswith(b"</html>\n")
        assert certificate_lines(reached, texts, "Betty")
        assert json.dumps(reached.to_json(texts), default=str)


# -- what the journal kept -------------------------------------------------------------------------


@given(run=runs())
@often(60)
def test_what_was_kept_is_read_back(run: tuple[Level, RunFinished, LevelProgress]) -> None:
    """Whatever the values are, the verdict is the same after a round through JSON."""
    _, finished, _ = run
    kept = json.loads(json.dumps(finished.to_json()))

    again = RunFinished.from_json(kept)

    assert again is not None
    assert again.verdict.outcome is finished.verdict.outcome
    assert [f.id for f in again.verdict.findings] == [f.id for f in finished.verdict.findings]


@given(
    kept=values | st.fixed_dictionaries({"verdict": values, "measures": values, "quick": values})
)
@often(80)
def test_what_is_no_run_is_none(kept: Any) -> None:
    """Old, foreign, damaged: it is left out, and nobody falls over it."""
    assert RunFinished.from_json(kept) is None

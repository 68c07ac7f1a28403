"""Hints: one at a time, the one that fits what was observed first."""

from tutor.curriculum import load_levels
from tutor.events import RunFinished
from tutor.judge import Finding, Kind, Outcome, Verdict
from tutor.learner.journal import Entry
from tutor.learner.session import Session


def test_hints_come_in_their_order_and_the_last_is_repeated(session: Session) -> None:
    """Without a verdict the level's own order holds; asking on costs nothing."""
    level = session.levels[0]

    taken = [session.take_hint(level) for _ in range(len(level.hints) + 1)]

    numbers = [number for number, _ in taken]
    assert numbers == [1, 2, 3, 4, 4]
    assert [hint for _, hint in taken[:4]] == list(level.hints)
    assert session.hints_taken(level) == list(level.hints)


def test_what_the_last_verdict_observed_decides_the_next_hint(session: Session) -> None:
    """After Betty's step the hint for Betty's step comes before the general ones."""
    level = session.levels[0]
    session.enter(level)
    remember_run(session, found="betty_step")

    _, hint = session.take_hint(level)

    assert "betty_step" in hint.after


def remember_run(session: Session, *, found: str, foul: str = "") -> Entry:
    """Put a run into the journal that observed *found*, and ended with *foul*."""
    findings = [Finding(found, Kind.NOTE)] + ([Finding(foul, Kind.FOUL)] if foul else [])
    level = session.levels[0]
    verdict = Verdict(Outcome.NOT_YET, None, (), tuple(findings))
    run = RunFinished("r", level.slug, "mine", False, 1.0, verdict, {})
    return session.journal.keep(
        session.workspace.contents(),
        level=level.slug,
        reason="run",
        workspace=session.workspace.folder,
        run=run.to_json(),
    )


def test_what_refused_the_fix_comes_before_the_notes(session: Session) -> None:
    """The hint for a foul is taken first, whatever else was seen; then the note's."""
    level = session.levels[0]
    session.enter(level)
    remember_run(session, found="repeats", foul="other_page_wrong")

    first, second, *rest = (session.take_hint(level)[1] for _ in level.hints)

    assert "other_page_wrong" in first.after
    assert "repeats" in second.after
    assert rest == [second, second]


def test_nobody_is_led_back(session: Session) -> None:
    """After the hint for what is missing come those that say more, and none that says less."""
    level = session.levels[0]
    session.enter(level)
    _, second, *more = level.hints
    remember_run(session, found=second.after[0])

    taken = [session.take_hint(level)[1] for _ in level.hints]

    assert taken == [second, *more, more[-1]]
    assert not session.has_more_hints(level)


def test_no_finding_leads_to_two_hints() -> None:
    """Every level says which hint its findings lead to, and means one."""
    for level in load_levels():
        led = [word for hint in level.hints for word in hint.after]

        assert led, level.slug
        assert len(led) == len(set(led)), level.slug

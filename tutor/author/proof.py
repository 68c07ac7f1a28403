"""Prove a level: broken loses, fixed wins, right answers win, wrong ones are refused by name."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum

from tutor.curriculum import Answer, Level
from tutor.curriculum.compose import compose, compose_answer, inherited, overlay, regressed, seeding
from tutor.events import RunFinished
from tutor.judge import Kind, Outcome, Verdict
from tutor.machine.programs import find_program
from tutor.run.play import RunSpec, play
from tutor.stack.stack import Stack

TRIES = 3
"""How often a play that could not tell is repeated before it counts as a failure of the proof."""


class Fault(StrEnum):
    """What may be wrong with a verdict."""

    FALSE_PASS = "false pass"  # noqa: S105 - the verdict of a test, no password
    """A wrong answer won."""
    FALSE_FAIL = "false fail"
    """A right answer did not win."""
    WRONG_MEDAL = "wrong medal"
    """A right answer won another medal than its own."""
    WRONG_MESSAGE = "wrong message"
    """An answer was refused, or kept from a better medal, but not for its own reason."""
    CANNOT_TELL = "cannot tell"
    """The machine was too noisy."""
    OUR_FAULT = "our fault"
    """Something of ours failed, or the run ended without a verdict."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How one answer fared."""

    answer: Answer
    run: RunFinished | None
    fault: Fault | None
    """None where the verdict is as it must be."""
    problem: str
    """The fault in words; empty where there is none."""


def is_playable(answer: Answer) -> bool:
    """Return whether this machine has what *answer* needs."""
    return not answer.needs or bool(find_program(answer.needs))


def is_refused_early(answer: Answer) -> bool:
    """Return whether a quick check may be enough for *answer*; ``broken`` always has its load."""
    return not (answer.medal or answer.full_only or answer.name == "broken")


def prove(
    level: Level, levels: Sequence[Level], stack: Stack, answers: Sequence[Answer], *, quick: bool
) -> Iterator[Proof]:
    """Play each of *answers*, but none that a quick proof cannot see, and yield how it fared.

    What a quick check refuses needs no load: a full run begins with the same checks.
    """
    for answer in answers:
        if quick and answer.full_only:
            continue
        in_haste = not quick and is_refused_early(answer)
        proof = _prove(level, levels, stack, answer, quick=quick or in_haste)
        if in_haste and proof.problem:
            proof = _prove(level, levels, stack, answer, quick=False)
        yield proof


def _prove(
    level: Level, levels: Sequence[Level], stack: Stack, answer: Answer, *, quick: bool
) -> Proof:
    for _ in range(TRIES):
        proof = prove_once(level, levels, stack, answer, quick=quick)
        if proof.fault is not Fault.CANNOT_TELL:
            break
    return proof


def prove_once(
    level: Level, levels: Sequence[Level], stack: Stack, answer: Answer, *, quick: bool
) -> Proof:
    """Play *answer* a single time and return how it fared."""
    run = play_once(level, levels, stack, answer, quick)
    if run is None:
        return Proof(answer, None, Fault.OUR_FAULT, "it ended without a verdict")
    fault, problem = assess(answer, run.verdict, level, quick=quick)
    return Proof(answer, run, fault, problem)


def play_once(
    level: Level, levels: Sequence[Level], stack: Stack, answer: Answer, quick: bool
) -> RunFinished | None:
    """Play *answer* a single time and return how the run ended; None where it did not."""
    broken = regressed(inherited(level, levels) | overlay(level, "broken"), answer.regressions)
    files, fixed = compose_answer(level, answer, levels), compose(level, "fixed", levels)
    seed = seeding(level, levels)
    game = RunSpec(level, "mine", files, broken, fixed, stack, seed_files=seed)
    with closing(play(game, quick=quick)) as events:
        finished = [event for event in events if isinstance(event, RunFinished)]
    return replace(finished[-1], variant=answer.name) if finished else None


def assess(
    answer: Answer, verdict: Verdict, level: Level, *, quick: bool
) -> tuple[Fault | None, str]:
    """Return what is wrong with *verdict* for *answer*, and the same in words."""
    if verdict.outcome in (Outcome.OUR_FAULT, Outcome.CANNOT_TELL):
        ours = verdict.outcome is Outcome.OUR_FAULT
        fault = Fault.OUR_FAULT if ours else Fault.CANNOT_TELL
        return fault, f"{verdict.outcome}: {_found(verdict)}"
    if answer.medal:
        return _assess_right(answer, verdict, level, quick=quick)
    if verdict.won:
        return Fault.FALSE_PASS, f"must be refused, won {verdict.medal}"
    problem = _wrong_message(answer, verdict, level.told_briefly if quick else {})
    return (Fault.WRONG_MESSAGE, problem) if problem else (None, "")


def _assess_right(
    answer: Answer, verdict: Verdict, level: Level, *, quick: bool
) -> tuple[Fault | None, str]:
    """Return what is wrong with *verdict* for an answer that must win its medal."""
    if verdict.medal is answer.medal:
        reasons = _reasons(verdict)
        if quick or not answer.told or answer.told in reasons:
            return None, ""
        problem = f"must be told {answer.told}, was told {sorted(reasons)}"
        return Fault.WRONG_MESSAGE, problem
    if quick and _as_far_as_seen(answer, verdict, level):
        return None, ""
    missed = [f"{goal.id} ({goal.value})" for goal in verdict.goals if not goal.met]
    got = verdict.medal or verdict.outcome
    fault = Fault.WRONG_MEDAL if verdict.won else Fault.FALSE_FAIL
    return fault, f"must win {answer.medal}, got {got}; missed: {missed}; found: {_found(verdict)}"


def _found(verdict: Verdict) -> str:
    """Return every finding with its facts: what happened may never happen again."""
    return "; ".join(f"{finding.id} {finding.params}" for finding in verdict.findings)


def _wrong_message(answer: Answer, verdict: Verdict, instead: Mapping[str, str]) -> str:
    """Return what is wrong with the reasons for which *answer* was refused.

    *instead* says which findings are told as which other ones.
    """
    reasons = _reasons(verdict)
    fouls = {f.id for f in verdict.findings if f.kind is Kind.FOUL}
    # One accident must be told by its own sentence; where several meet, one may hide another.
    if answer.folder is None and len(answer.regressions) == 1:
        shows = answer.regressions[0].shows
        shows = instead.get(shows, shows)
        if shows not in reasons:
            return f"must show {shows}, showed {sorted(reasons)}"
    allowed = {instead.get(why, why) for why in (answer.refused, answer.refused_busy) if why}
    if allowed and not allowed & reasons:
        return f"must be refused for {answer.refused}, was for {sorted(reasons)}"
    if fouls - allowed:
        return f"was refused for {sorted(fouls)}"
    return ""


def _reasons(verdict: Verdict) -> set[str]:
    """Return what *verdict* found, and the goals that it says were missed."""
    return {f.id for f in verdict.findings} | {g.id for g in verdict.goals if not g.met}


def _as_far_as_seen(answer: Answer, verdict: Verdict, level: Level) -> bool:
    """Return whether a quick check said what it can: it does not see the goals of the full run."""
    if answer.medal is None or verdict.medal is None:
        return False
    unseen = {goal.medal for goal in level.goals if goal.full_only}
    best = max(goal.medal.rank for goal in level.goals if not goal.full_only)
    if verdict.medal.rank < answer.medal.rank:
        return verdict.medal.rank == best
    return any(answer.medal.rank < medal.rank <= verdict.medal.rank for medal in unseen)

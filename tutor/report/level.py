"""One level in the report: figures, attempts, diagnosis, hints, and what was changed."""

from collections.abc import Iterator

from tutor.base.numeric import is_number
from tutor.report import charts
from tutor.report.data import Attempt, Comparison, LevelReport
from tutor.report.diffs import diff_block, size
from tutor.report.wording import duration, medal, sign
from tutor.words.dates import day, moment
from tutor.words.markup import Child, Markup, tag
from tutor.words.texts import Texts
from tutor.words.wording import told_key

SIGNS = {"won": "✔", "not_yet": "✘", "cannot_tell": "?", "our_fault": "!"}


def level_section(report: LevelReport, texts: Texts) -> Markup:
    """Return the section about one level."""
    level, mine = report.level, report.mine
    head = tag(
        "header",
        tag("h2", f"{level.number}  {level.title[texts.language]}"),
        tag("p", medal(texts, mine.medal), class_=f"medal {mine.medal or 'none'}"),
        tag("p", level.summary[texts.language], class_="summary"),
    )
    parts = _parts(report, texts) if report.has_begun else [tag("p", texts("report.not_begun"))]
    return tag(
        "section",
        head,
        parts,
        id=level.slug,
        class_="level" if report.has_begun else "level untouched",
    )


def _parts(report: LevelReport, texts: Texts) -> Iterator[Markup]:
    yield _facts(report, texts)
    if report.comparisons:
        yield _part(texts("report.before_after"), _comparisons(report, texts))
    if report.attempts:
        yield _part(texts("report.attempts"), _chart(report, texts), _attempts(report, texts))
    if said := [sentence for sentence in (report.diagnosis, report.prediction) if sentence]:
        yield _part(texts("report.diagnosis"), [tag("p", sentence) for sentence in said])
    if report.mine.hints_taken or report.mine.answer_seen:
        yield _part(texts("report.hints"), _hints(report, texts))
    if report.diff:
        title = texts("report.diff_won" if report.mine.medal else "report.diff_now")
        yield _part(f"{title} ({size(report.diff)})", diff_block(report.diff, texts))


def _part(title: str, *children: Child) -> Markup:
    return tag("section", tag("h3", title), *children)


def _facts(report: LevelReport, texts: Texts) -> Markup:
    mine = report.mine
    facts = {
        "full_runs": str(mine.attempts),
        "quick_checks": str(report.quick_checks),
        "hints_taken": texts("report.of", count=mine.hints, total=len(report.level.hints)),
        "time": duration(report.seconds),
        "won_on": day(mine.won_at) if mine.medal else "–",
    }
    pairs = [
        tag("div", tag("dt", texts(f"report.fact.{name}")), tag("dd", value))
        for name, value in facts.items()
    ]
    return tag("dl", pairs, class_="facts")


# -- before and after ------------------------------------------------------------------------------


def _comparisons(report: LevelReport, texts: Texts) -> list[Markup]:
    rows = [_comparison(report, comparison, texts) for comparison in report.comparisons]
    return [tag("div", rows, class_="comparisons"), *_talk(report, texts)]


def _comparison(report: LevelReport, compared: Comparison, texts: Texts) -> Markup:
    unit = texts.unit(report.level, compared.measure) or compared.measure
    limit = compared.goal.at_most if compared.goal.at_most is not None else compared.goal.at_least
    values = [value for value in (compared.before, compared.after, limit) if value is not None]
    top = max([*values, 0.0])
    met = compared.goal.is_met_by(compared.after)
    after = "after" if met else "after missed"
    return tag(
        "figure",
        tag(
            "figcaption",
            tag("b", unit),
            " ",
            tag("span", f"{texts('report.goal')} {texts.bound(compared.goal)}", class_="goal"),
        ),
        _row(texts, "before", compared.before, top, limit, "before"),
        _row(texts, "after", compared.after, top, limit, after),
    )


def _row(
    texts: Texts, key: str, value: float | None, top: float, limit: float | None, kind: str
) -> Markup | None:
    """Return a bar with its number; nothing where nobody has measured it."""
    if value is None:
        return None
    drawn = charts.bar(value, top, limit, kind)
    number = tag("b", texts.number(value), class_="value")
    return tag("div", tag("span", texts(f"report.{key}")), drawn, number, class_="row")


def _talk(report: LevelReport, texts: Texts) -> Iterator[Markup]:
    """Yield what the talk's own figures were, where it gives any."""
    before, after = (report.level.betty.get(side, {}) for side in ("before", "after"))
    said = [
        f"{texts.number(before[key])} → {texts.number(after[key])} {_name(report, key, texts)}"
        for key in before
        if key in after and _name(report, key, texts)
    ]
    if said:
        yield tag("p", texts("report.talk", figures="; ".join(said)), class_="muted")


def _name(report: LevelReport, key: str, texts: Texts) -> str:
    """Return what is measured by *key*; empty where no run measures it."""
    short = {"milliseconds": "ms"}.get(key, key)
    unit = texts.unit(report.level, key)
    known = f"tui.figures.{short}"
    return unit or (texts(known) if texts.has(known) else "")


# -- attempts --------------------------------------------------------------------------------------


def _chart(report: LevelReport, texts: Texts) -> Markup:
    """Return the first goal's measure from attempt to attempt."""
    goal = next(
        (c.goal for c in report.comparisons if c.measure == report.level.goals[0].measure),
        report.level.goals[0],
    )
    points = []
    for attempt in report.attempts:
        value = attempt.run.measures.get(goal.measure)
        number = value if is_number(value) else None
        said = texts(f"outcome.{told_key(attempt.run)}")
        unit = texts.unit(report.level, goal.measure, number)
        title = f"{attempt.number}: {texts.number(number)} {unit} – {said}"
        points.append(
            charts.Point(str(attempt.number), number, attempt.run.verdict.outcome.value, title)
        )
    limit = goal.at_most if goal.at_most is not None else goal.at_least
    title = texts("report.chart", unit=texts.unit(report.level, goal.measure))
    drawn = charts.progress(points, limit, title, texts, bound_label=texts.bound(goal))
    return tag("figure", tag("figcaption", title), drawn, class_="chart")


def _attempts(report: LevelReport, texts: Texts) -> Markup:
    items = [_attempt(report, attempt, texts) for attempt in report.attempts]
    return tag("ol", items, class_="attempts")


def _attempt(report: LevelReport, attempt: Attempt, texts: Texts) -> Markup:
    run = attempt.run
    key = told_key(run)
    said = texts(f"outcome.{key}")
    if run.verdict.medal:
        said += f" – {texts(f'medal.{run.verdict.medal}')}"
    measures = dict.fromkeys(goal.measure for goal in run.verdict.goals)
    figures = [
        f"{texts.number(value)} {texts.unit(report.level, measure, value)}"
        for measure in measures
        if (value := run.measures.get(measure)) is not None
    ]
    findings = [texts.finding(report.level, finding) for finding in run.verdict.findings]
    return tag(
        "li",
        tag(
            "p",
            tag(
                "b",
                sign(SIGNS[run.verdict.outcome.value]),
                f" {said}",
                class_=key.replace("_", "-"),
            ),
            tag("span", f"{moment(attempt.at)} · {run.seconds:.0f} s", class_="muted"),
        ),
        tag("p", " · ".join(figures)) if figures else None,
        tag("ul", [tag("li", finding) for finding in findings]) if findings else None,
        _change(attempt, texts),
    )


def _change(attempt: Attempt, texts: Texts) -> Markup:
    if not attempt.diff:
        return tag("p", texts("report.unchanged"), class_="muted")
    since = texts("report.since_start" if attempt.number == 1 else "report.since_before")
    summary = tag("summary", f"{since} ({size(attempt.diff)})")
    return tag("details", summary, diff_block(attempt.diff, texts))


def _hints(report: LevelReport, texts: Texts) -> list[Markup]:
    hints = [
        tag("li", report.level.hints[place].text[texts.language])
        for place in report.mine.hints_taken
        if place < len(report.level.hints)
    ]
    seen = report.mine.answer_seen
    return [
        *([tag("ol", hints)] if hints else []),
        *([tag("p", texts("report.answer_seen"), class_="muted")] if seen else []),
    ]

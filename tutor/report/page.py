"""The page around the levels: heading, summary, style, certificate."""

import time
from dataclasses import asdict
from pathlib import Path

from tutor.report.data import LevelReport, Report
from tutor.report.level import level_section
from tutor.report.sheet import certificate_sheets
from tutor.report.wording import duration, medal
from tutor.words.dates import day
from tutor.words.markup import Markup, tag
from tutor.words.rendering import raw, rendered
from tutor.words.texts import Texts

STYLE = Path(__file__).with_name("style.css")
FENCE = "default-src 'none'; style-src 'unsafe-inline'"
"""Nothing is fetched and nothing is run, whatever a diff in the page may hold."""


def page(report: Report, texts: Texts, name: str) -> str:
    """Return the whole report as one HTML document."""
    title = texts("report.title", name=name)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", http_equiv="Content-Security-Policy", content=FENCE),
        tag("title", title),
        tag("style", Markup(STYLE.read_text(encoding="utf-8"))),
    )
    body = tag(
        "body",
        tag(
            "main",
            _heading(report, texts, title),
            [_section(level, texts) for level in report.levels],
            certificate_sheets(report.certificates, texts, name),
        ),
        tag("footer", tag("p", texts("report.footer"))),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang=texts.language)}\n"


def _section(report: LevelReport, texts: Texts) -> Markup:
    """Return the section about a level; its name alone where the rest cannot be drawn."""
    slug = report.level.slug
    return rendered(
        lambda: level_section(report, texts),
        lambda: tag("section", tag("h2", slug), tag("p", raw(slug, asdict(report.mine))), id=slug),
        f"The level {slug} in the report",
    )


def _heading(report: Report, texts: Texts, title: str) -> Markup:
    reached = report.certificates
    won = sum(bool(level.mine.medal) for level in report.levels)
    totals = {
        "levels_won": texts("report.of", count=won, total=len(report.levels)),
        "golds": str(sum(one.golds for one in reached)),
        "full_runs": str(sum(one.attempts for one in reached)),
        "time": duration(report.seconds),
    }
    pairs = [
        tag("div", tag("dt", texts(f"report.fact.{key}")), tag("dd", value))
        for key, value in totals.items()
    ]
    written = texts("report.written", date=day(time.time()))
    return tag(
        "header",
        tag("p", "Level Up", class_="house"),
        tag("h1", title),
        tag("p", written, class_="muted"),
        tag("dl", pairs, class_="facts totals"),
        _overview(report, texts),
        class_="page-head",
    )


def _overview(report: Report, texts: Texts) -> Markup:
    heads = [
        tag("th", texts(f"report.column.{key}"), scope="col")
        for key in ("level", "medal", "full_runs", "hints", "time")
    ]
    rows = [_row(level, texts) for level in report.levels]
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="overview")
    return tag("div", table, class_="scrolls", tabindex="0")


def _row(report: LevelReport, texts: Texts) -> Markup:
    level, mine = report.level, report.mine
    link = tag("a", f"{level.number}  {level.title[texts.language]}", href=f"#{level.slug}")
    return tag(
        "tr",
        tag("th", link, scope="row"),
        tag("td", medal(texts, mine.medal), class_="nowrap"),
        tag("td", str(mine.attempts)),
        tag("td", str(mine.hints)),
        tag("td", duration(report.seconds) if report.has_begun else "–", class_="nowrap"),
    )

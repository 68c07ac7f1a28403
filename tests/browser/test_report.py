"""The report in a browser: drawn, fenced in, at any width, and on paper."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.played import Clock, finish, play_first, play_level
from tutor.curriculum import load_levels
from tutor.learner.session import Session
from tutor.report import write_report
from tutor.words.texts import Texts

EVIL = '<script>document.title = "owned"</script><img src="http://example.com/x.png">'


@pytest.fixture
def report(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the report of who won every level, with HTML in a diff."""
    clock = Clock()
    monkeypatch.setattr("tutor.learner.journal.time", clock)
    monkeypatch.setattr("tutor.learner.progress.time", clock)
    play_first(session, clock)
    for level in session.levels[1:]:
        clock.now += 2000
        play_level(session, level, clock)
    (session.workspace.folder / "evil.html").write_text(EVIL)
    finish(session, session.levels[-1], {})
    return write_report(session, Texts("en"), tmp_path / "report.html", EVIL).as_uri()


def opened(chromium: Any, report: str, **options: Any) -> tuple[Any, list[str]]:
    """Open the report in a new page; return it with the list that its requests go to."""
    page = chromium.new_page(**options)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(report)
    return page, requests


def test_nothing_is_fetched_and_nothing_in_it_runs(chromium: Any, report: str) -> None:
    """One file: its charts are in it, and HTML in a name or a diff is text."""
    page, requests = opened(chromium, report)

    assert requests == [report]
    assert page.title() == f"{EVIL} and the slow shop"
    assert page.locator("script, img, link, iframe").count() == 0
    assert EVIL in "".join(page.locator("pre.diff").all_text_contents())
    assert page.locator("svg.bar").count() > 20
    assert page.locator("svg.progress").count() == len(load_levels())


@pytest.mark.parametrize("width", [400, 1200])
def test_it_fits_its_window(chromium: Any, report: str, width: int) -> None:
    """Nobody scrolls sideways but inside a diff, and the bars are really drawn."""
    page, _ = opened(chromium, report, viewport={"width": width, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth") == width
    bars = page.evaluate(
        "[...document.querySelectorAll('figure:first-child rect:not(.rail)')].slice(0, 2)"
        ".map(bar => bar.getBoundingClientRect().width)"
    )
    assert bars[0] > 50 > bars[1]


def test_it_is_dark_where_the_reader_likes_it_dark(chromium: Any, report: str) -> None:
    """Light text on dark paper, and the other way round."""
    look = "(() => { const s = getComputedStyle(document.querySelector('.level')); return [s.color, s.backgroundColor] })()"
    brightness = {}
    for scheme in ("light", "dark"):
        page, _ = opened(chromium, report, color_scheme=scheme)
        ink, paper = (sum(map(int, re.findall(r"\d+", c)[:3])) for c in page.evaluate(look))
        brightness[scheme] = ink < paper

    assert brightness == {"light": True, "dark": False}


def test_each_certificate_is_a_sheet_of_its_own(chromium: Any, report: str) -> None:
    """On paper both seasons' are the last pages, landscape, and all other pages are upright."""
    page, _ = opened(chromium, report)

    pdf = page.pdf(prefer_css_page_size=True, print_background=True)

    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    landscape = [float(width) > float(height) for width, height in boxes]
    assert landscape[-2:] == [True, True]
    assert not any(landscape[:-2])
    assert len(landscape) > 8
    page.emulate_media(media="print")
    inside = page.evaluate(
        "[...document.querySelectorAll('.certificate')]"
        ".map(c => c.scrollHeight <= c.clientHeight + 1)"
    )
    assert inside == [True, True]

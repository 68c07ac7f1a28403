"""The instructor's board in a browser: live, by keyboard, at any width, with nothing from elsewhere."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real import Running, Tutor
from tests.room.seats import Wire, join

LEVEL = "01_n_plus_one"
MISSED = {"queries_bronze": "missed", "faster": "open"}
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def opened(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Running, Wire, str, str]]:
    """A room that is served: its process, its wire, its code, and the instructor's link."""
    if importlib.util.find_spec("uvicorn") is None:
        pytest.skip("uvicorn is missing")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    tutor = Tutor(tmp_path, home, tmp_path / "bettys_shop")
    with tutor.running("room", "open", "--title", "Monday") as running:
        running.wait_for("Ctrl-C")
        link = re.search(r"http://127\.0\.0\.1:(\d+)/k/\S+", running.said)
        code = re.search(r"Code: +(\S+)", running.said)
        assert link
        assert code
        yield running, Wire(int(link[1])), code[1], link[0]


def looked_at(chromium: Any, link: str, **options: Any) -> tuple[Any, list[str], list[str]]:
    """Open the board; return it with what it asked for and what went wrong in it."""
    page = chromium.new_page(**options)
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.goto(link)
    return page, asked, wrong


def test_two_learners_and_an_instructor_play_a_level(
    chromium: Any, opened: tuple[Running, Wire, str, str]
) -> None:
    """Stuck, hand, push, ready and an incident arrive without a reload; a hostile name is text."""
    _, wire, code, link = opened
    page, asked, wrong = looked_at(chromium, link, viewport={"width": 1280, "height": 900})
    first = join(wire, code, EVIL)
    page.wait_for_selector(f"text={EVIL}")
    second = join(wire, code, "calm lynx")

    for _ in range(3):
        first.lose(LEVEL, MISSED, "page_fails")
    page.wait_for_selector("tr.stuck")
    second.tell("hand_raised", text="why?")
    page.wait_for_selector("#hands q:has-text('why?')")
    page.click("#take-2")
    page.wait_for_selector("#hands :text('taken by the instructor')")
    page.fill("#push-all", "Ten more minutes")
    page.keyboard.press("Enter")
    page.wait_for_selector("#letters :text('Ten more minutes')")
    second.tell("ready", level=LEVEL, on=True)
    page.wait_for_selector("tr .flag.good")

    assert (second.poll() or {})["hand"] == "taken"
    assert [message["text"] for message in second.messages] == ["Ten more minutes"]
    page.click("nav >> text=Incidents")
    page.check("input[value=empty_cache]")
    page.click("text=Let it happen")
    page.wait_for_selector("#drills section")
    first.poll()
    drill = first.messages[-1]
    assert drill["incident"] == "empty_cache"
    first.tell("incident", id=drill["id"], state="begun")
    first.tell("incident", id=drill["id"], state="mended", seconds=12)
    page.wait_for_selector("#drills p:has-text('mended by 1')")
    assert wrong == []
    here = f"http://127.0.0.1:{wire.port}/"
    assert all(url.startswith(here) for url in asked if not url.startswith("data:"))


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_its_window(
    chromium: Any, opened: tuple[Running, Wire, str, str], width: int
) -> None:
    """With long words in it; and dark where the reader likes it dark."""
    _, wire, code, link = opened
    seat = join(wire, code, "w" * 32, name="W" * 60)
    seat.lose(LEVEL, MISSED, "page_fails")
    seat.tell("hand_raised", text="x" * 280)
    size = {"width": width, "height": 800}
    page, _, wrong = looked_at(chromium, link, viewport=size, color_scheme="dark")
    root = page.url.rpartition("/")[0]

    paper = "getComputedStyle(document.body).backgroundColor"
    assert sum(map(int, re.findall(r"\d+", page.evaluate(paper))[:3])) < 200
    for name in ("board", "prepared", "pace", "incidents", "house", "wall", "seat/1"):
        page.goto(f"{root}/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") == width, name
    page.goto(f"{root}/goal/{LEVEL}/queries_bronze")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert wrong == []


def test_a_hand_is_taken_with_the_keyboard(
    chromium: Any, opened: tuple[Running, Wire, str, str]
) -> None:
    """Every step has a visible focus, and the focus stays where it was when the page renews."""
    _, wire, code, link = opened
    seat = join(wire, code, "calm lynx")
    seat.tell("hand_raised", text="why?")
    page, _, _ = looked_at(chromium, link)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "take-1":
            break
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    join(wire, code, "blue ibex")
    page.wait_for_selector("text=blue ibex")
    assert page.evaluate("document.activeElement.id") == "take-1"
    page.keyboard.press("Enter")

    page.wait_for_selector("#hands :text('taken by the instructor')")
    assert (seat.poll() or {})["hand"] == "taken"


def test_a_room_that_dies_is_noticed(chromium: Any, opened: tuple[Running, Wire, str, str]) -> None:
    """The page says so, and stays."""
    process, _, _, link = opened
    page, _, _ = looked_at(chromium, link)
    page.wait_for_selector("#grid")

    process.process.kill()

    page.wait_for_selector("#lost", state="visible")

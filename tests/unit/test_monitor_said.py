"""The monitor in sentences and in a table: whose service it is, what stack.toml says, no riddles."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.tui.fakes import SERVICES, reading
from tutor.catalogue import LANGUAGES
from tutor.cli import watching
from tutor.cli.columns import Columns
from tutor.cli.console import EscapingConsole
from tutor.cli.group import cli
from tutor.cli.stack import _picture
from tutor.curriculum.level import VARIANTS
from tutor.stack.gauge import Gauge, Reading
from tutor.stack.plan import read_plan
from tutor.views.changes import Changes
from tutor.views.monitor import Heard, lines, site_name
from tutor.views.planned import unlike_plan
from tutor.views.queue import work_of
from tutor.views.wording import work_sentences
from tutor.words.texts import Texts

EN, ES = Texts("en"), Texts("es")


def beside(site: str = "mine") -> Reading:
    """Return the shop in the browser, and one that is tested meanwhile."""
    tested = reading({"gunicorn": (site, 61.0, SERVICES["gunicorn"][2])}, site)
    shown = reading()
    return Reading(0.0, (*shown.services, *tested.services), (*shown.servers, *tested.servers))


def said(seen: Reading, texts: Texts = EN) -> list[str]:
    """Return what the monitor says."""
    return [line.said for line in lines(texts, seen).values()]


def table(seen: Reading, texts: Texts, width: int) -> list[str]:
    """Return the monitor as a table in a terminal of *width* columns."""
    out = io.StringIO()
    console = EscapingConsole(file=out, width=width, highlight=False, color_system=None)
    console.print(_picture(seen, texts))
    return out.getvalue().splitlines()


# -- whose service it is -------------------------------------------------------------------------


def test_a_shop_is_named_only_beside_another() -> None:
    """Alone it needs no name; with two, each has one in the learner's words."""
    alone, both = said(reading()), said(beside())

    assert [line.partition(":")[0] for line in alone] == ["server1", "postgres", "gunicorn"]
    assert [line.partition(":")[0] for line in both] == [
        "server1 (browser)", "server1 (mine)", "postgres", "gunicorn (browser)", "gunicorn (mine)",
    ]  # fmt: skip
    assert "gunicorn (navegador)" in " ".join(said(beside(), ES))
    assert "● gunicorn (browser)" in "\n".join(table(beside(), EN, 80))


def test_after_a_load_a_listener_hears_what_was_highest_in_it() -> None:
    """A crowd of three seconds falls between two lines; nothing is said of a mere check."""
    calm = reading()
    check = beside()
    check = replace(check, servers=tuple(replace(s, is_held=False) for s in check.servers))
    busy = dict(SERVICES["postgres"][2], connections=20, active=15)
    crowd = reading({"postgres": ("", 1.0, busy), "gunicorn": ("mine", 9.0, {})}, "mine")
    heard, changes = Heard(EN), Changes()
    told = [
        [*changes.news(heard.lines(seen), lambda name: f"gone {name}")]
        for seen in (calm, check, calm, crowd, calm, calm)
    ]

    peaks = "postgres, in the run at most: connections 20, busy 15."
    assert [peaks in now for now in told] == [False, False, False, False, True, False]


def test_what_we_stop_has_not_fallen_over() -> None:
    """At the end of a run every service is killed; a code is told of what ended by itself."""
    ends = [
        replace(reading().services[1], running=False, code=-9, stopping=by) for by in (False, True)
    ]
    told = [said(replace(reading(), services=(one,)))[-1] for one in ends]

    assert told == ["gunicorn: ended (-9).", "gunicorn: stopped."]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_shop_has_the_name_that_it_has_in_our_code(language: str) -> None:
    """The learner knows a browser, and three variants."""
    texts = Texts(language)
    names = {site: site_name(texts, site) for site in ("showroom", *VARIANTS)}

    assert len(set(names.values())) == len(names)
    assert "showroom" not in names.values()
    assert names["fixed"] == texts("variant.fixed")


def test_what_is_gone_is_called_as_it_was() -> None:
    """And what goes on beside it is not told to be gone, though its name is shorter again."""
    changes = Changes(clock=lambda: 0.0)

    def told(seen: Reading) -> list[str]:
        return list(changes.news(lines(EN, seen), lambda name: f"{name} is gone."))

    first, begun, over = told(reading()), told(beside()), told(reading())

    assert len(first) == 3
    assert [line.partition(":")[0] for line in begun] == ["server1 (mine)", "gunicorn (mine)"]
    assert over == ["server1 (mine) is gone.", "gunicorn (mine) is gone."]


def test_the_browser_s_one_worker_is_explained() -> None:
    """stack.toml may ask for two: what is seen is no contradiction."""
    figures = {"workers": 1, "places": 4, "busy": 0, "waiting": 0}
    shown = reading({"gunicorn": ("showroom", 1.0, figures)})
    tested = reading({"gunicorn": ("mine", 1.0, figures)}, "mine")

    why = "0 of 4 at work, 0 waiting. For a browser it is always one worker with 4 threads, "
    assert f"{why}whatever stack.toml says." in said(shown)[1]
    assert "diga lo que diga stack.toml" in said(shown, ES)[1]
    assert "stack.toml" not in said(tested)[1]


# -- what stack.toml says by now -----------------------------------------------------------------


def plan(folder: Path, servers: Mapping[str, list[str]]) -> Any:
    """Return a plan as the learner's file has it."""
    path = folder / "stack.toml"
    rows = [
        f"[servers.{name}]\nservices = {json.dumps(names)}\n" for name, names in servers.items()
    ]
    path.write_text("\n".join(rows))
    return read_plan(path)


def test_a_service_that_was_added_since_is_named(tmp_path: Path) -> None:
    """So is one that is to be on another server."""
    same = plan(tmp_path, {"server1": ["postgres", "gunicorn"]})
    more = plan(tmp_path, {"server1": ["postgres", "gunicorn", "redis", "worker-slow"]})
    moved = plan(tmp_path, {"server1": ["postgres"], "server2": ["gunicorn"]})

    assert unlike_plan(same, reading()) == []
    assert unlike_plan(more, reading()) == ["redis", "worker-slow"]
    assert unlike_plan(moved, reading()) == ["gunicorn"]
    assert unlike_plan(more, Reading(0.0)) == []


def test_what_all_shops_share_and_is_to_be_elsewhere_is_named(tmp_path: Path) -> None:
    """After another level PostgreSQL runs where that one had it, until a shop is started anew."""
    moved = plan(tmp_path, {"server1": ["gunicorn"], "db1": ["postgres"]})

    assert unlike_plan(moved, reading()) == ["postgres"]


# -- sentences for whoever listens ---------------------------------------------------------------


@pytest.fixture
def asked(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what runs a command beside a shop that runs, on a terminal that can draw."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(watching, "paints", lambda: True)
    monkeypatch.setattr(Gauge, "look", lambda _: beside())

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, [*words, "--lang", "en"], standalone_mode=False)

    return run


DRAWN = set("●✖█▏▎▍▌▋▊▉✘✔")


def test_plain_says_the_stack_in_sentences(asked: Any) -> None:
    """No table, no bar, no dot: as the plain game says it."""
    done = asked("stack", "status", "--plain")

    assert done.exit_code == 0
    assert done.output.splitlines() == said(beside())
    assert not set(done.output) & DRAWN
    assert "stack.toml" not in done.output


def test_plain_says_what_the_shop_in_the_browser_lacks(asked: Any, tmp_path: Path) -> None:
    """With what starts it anew."""
    folder = tmp_path / "bettys_shop"
    folder.mkdir()
    plan(folder, {"server1": ["postgres", "gunicorn", "redis", "worker-slow"]})

    done = asked("stack", "status", "--plain")

    assert done.output.splitlines()[-1] == (
        "The shop for your browser does not run redis, worker-slow as stack.toml says now. "
        "`tutor swap mine` starts it anew."
    )


def test_plain_watches_without_drawing(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the terminal could do: what has changed, line by line, until Ctrl-C."""
    looks = iter([reading(), reading(), reading(), beside()])

    def look(_: Gauge) -> Reading:
        try:
            return next(looks)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(Gauge, "look", look)
    monkeypatch.setattr(watching.time, "sleep", lambda _: None)

    done = asked("stack", "status", "--watch", "--plain")

    assert done.return_value == 130
    assert len(done.output.splitlines()) == 5
    assert "\x1b" not in done.output
    assert not set(done.output) & DRAWN


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_queue_is_said_in_sentences_without_a_mark(language: str) -> None:
    """Also one that nobody serves."""
    seen = reading(
        {
            "redis": ("showroom", 1.0, {"waiting": 3, "taken": 1, "queues": {"slow": 3}}),
            "worker": ("showroom", 9.0, {"serves": ["celery"]}),
        }
    )
    dead = tuple(replace(one, running=one.title != "worker") for one in seen.services)

    told = list(work_sentences(Texts(language), work_of(Reading(0.0, dead, seen.servers), None), 9))

    assert len(told) > 3
    assert all(line.endswith(".") for line in told)
    assert not set("".join(told)) & DRAWN


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_briefing_sends_a_listener_to_the_plain_monitor(language: str) -> None:
    """Only there: who reads a table has one."""
    texts = Texts(language)

    assert "`tutor stack status --watch --plain`" in texts("ways.plain.monitor")
    assert "--plain" not in texts("ways.shell.monitor")


# -- 80 columns ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("held", [True, False])
def test_every_figure_of_a_server_stands_below_its_title(language: str, held: bool) -> None:
    """In 80 columns too, with two shops beside one another."""
    seen = beside()
    servers = tuple(
        replace(one, is_held=held, cores=1.5, cpu_percent=100.0, memory_mb=1391.0,
                disk_kb_per_second=999.0)
        for one in seen.servers
    )  # fmt: skip
    texts = Texts(language)

    drawn = table(replace(seen, servers=servers), texts, 80)

    assert all(len(line) <= 80 for line in drawn)
    assert texts("monitor.disk") in drawn[0]
    rows = [line for line in drawn if "server1 (" in line]
    assert len(rows) == 2
    assert all("100 %" in row and "1391 MB" in row and "999 kB/s" in row for row in rows)


def test_what_stands_below_its_row_has_its_title_before_it() -> None:
    """A number alone on a line is of nobody; a sentence speaks for itself."""
    shown = Columns()
    for title, prose in (("name", False), ("disk", False), ("said", True)):
        shown.add_column(title, keep=not prose, prose=prose)
    shown.add_row("a-very-long-name", "320 kB/s", "one two three four")
    out = io.StringIO()

    EscapingConsole(file=out, width=22, highlight=False).print(shown)

    assert [line.strip() for line in out.getvalue().splitlines()] == [
        "name", "a-very-long-name", "disk: 320 kB/s", "one two three four",
    ]  # fmt: skip

"""What is looked at again and again is told where it has changed, and not each second."""

from tests.tui.fakes import SERVICES, reading
from tutor.views.changes import SPACING, Changes, Line
from tutor.views.monitor import lines
from tutor.words.texts import Texts

UP = Line("gunicorn: 3 busy.", "3", state="runs")
BUSY = Line("gunicorn: 4 busy.", "4", state="runs")
ENDED = Line("gunicorn: ended (1).", "", state="ended")


def gone(name: str) -> str:
    """Say that something is missing."""
    return f"{name} is gone."


def test_a_figure_waits_and_an_end_does_not() -> None:
    """All at first; then a figure that is another, once its time has come; an end at once."""
    now = [0.0]
    changes = Changes(clock=lambda: now[0])
    said = []
    for at, line in [(0.0, UP), (1.0, UP), (2.0, BUSY), (SPACING, BUSY), (SPACING + 1, ENDED)]:
        now[0] = at
        said.append(list(changes.news({"gunicorn": line}, gone)))

    assert said == [[UP.said], [], [], [BUSY.said], [ENDED.said]]
    assert list(changes.news({}, gone)) == ["gunicorn is gone."]
    assert list(changes.news({}, gone)) == []


def test_a_monitor_in_which_little_happens_says_nothing() -> None:
    """One percent more is no news, a worker more at work is; each line is a sentence."""
    texts = Texts("en")
    changes = Changes(clock=iter(range(0, 1000, 100)).__next__)
    site, cpu, figures = SERVICES["gunicorn"]
    same = {**SERVICES, "gunicorn": (site, cpu + 1, figures)}
    busier = {**SERVICES, "gunicorn": (site, cpu, {**figures, "busy": 3})}

    first, second, third = (
        list(changes.news(lines(texts, reading(seen)), gone)) for seen in (SERVICES, same, busier)
    )

    assert len(first) == 3
    assert all(line.endswith(".") for line in first)
    assert second == []
    assert len(third) == 1
    assert "3 of 4 at work" in third[0]

"""The table of Betty's figures beside the learner's."""

import pytest

from tutor.catalogue import LANGUAGES
from tutor.curriculum import Level, load_levels
from tutor.tui.widgets.figures import WIDEST, figures
from tutor.words.texts import Texts


@pytest.mark.parametrize("level", load_levels(), ids=lambda level: level.slug)
@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_fit_a_verdict_in_80_columns(level: Level, language: str) -> None:
    """No line of the table is broken, in either language, with every cell filled."""
    keys = ["queries", "broken_ms", "shop_ms", "rps", *level.betty.get("before", {})]
    table = figures(level, dict.fromkeys(keys, 1292), Texts(language))

    assert table is not None
    assert max(len(line) for line in table.plain.splitlines()) <= WIDEST


def test_a_column_that_nobody_filled_is_left_out() -> None:
    """Where Betty has no figures, there are none to compare with."""
    level = next(level for level in load_levels() if not level.betty)
    table = figures(level, {"rps": 12.7}, Texts("en"), first={"rps": 2.4})

    assert table is not None
    assert "Betty" not in table.plain
    assert "12.7" in table.plain


def test_where_there_is_nothing_to_compare_nothing_is_drawn() -> None:
    """A bar that stands alone is as long as it likes."""
    level = next(level for level in load_levels() if not level.betty)

    assert figures(level, {"rps": 12.7}, Texts("en")) is None

"""What a run measures is what the learner looks at: a level's own rows are in the browser too."""

from pathlib import Path

import pytest

from tutor.base.cancel import Cancel
from tutor.curriculum import find_level
from tutor.learner.session import Session
from tutor.learner.showroom import Showroom

pytestmark = pytest.mark.services

COUNT = "SELECT count(*) FROM catalog_review"


def test_the_shop_in_the_browser_has_the_rows_of_its_level(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Level 2's statement goes over 110,000 reviews; level 3's shop has the seed's few."""
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path / "home"))
    session = Session(tmp_path / "shop")
    showroom = Showroom(session)
    found = {}
    for number in ("2", "3"):
        showroom.swap(find_level(number, session.levels), "fixed", Cancel())
        assert showroom.site is not None
        with showroom.site.ground.postgres.connect(showroom.site.database) as connection:
            found[number] = connection.execute(COUNT).fetchone()[0]
    session.stack.release()

    assert 100_000 < found["2"] < 120_000
    assert found["3"] < 5000
    assert session.stack.wait_until_gone(30)

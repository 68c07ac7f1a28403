"""What a learner looks at in the browser takes no connection from the shop that is judged."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.helpers import wait_until
from tutor.base.cancel import Cancel
from tutor.curriculum import find_level
from tutor.learner.session import Session
from tutor.learner.showroom import Showroom
from tutor.stack.ground import Ground, prepare_ground
from tutor.stack.plan import STACK_FILE, read_plan
from tutor.stack.services.postgres import ROLE

pytestmark = pytest.mark.services

VISITORS = 6
IDLE = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND state = 'idle'"


@pytest.fixture(params=["broken", "fixed"])
def opened(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Ground]]:
    """Level 5's shop in a browser: its threads keep a connection each, or pgbouncer keeps some."""
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path / "home"))
    session = Session(tmp_path / "shop")
    level = find_level("5", session.levels)
    url = Showroom(session).swap(level, request.param, Cancel())
    spec = session.run_spec(level, request.param)
    plan = read_plan(spec.healthy_files[STACK_FILE])
    ground = prepare_ground(
        session.stack, plan, spec.seeding, lambda event: None, Cancel(), level.machine
    )
    yield url, ground
    session.stack.release()
    assert session.stack.wait_until_gone(30)


def idle(ground: Ground) -> int:
    """Return how many connections a shop holds for nothing."""
    with ground.postgres.connect("postgres") as connection:
        return int(connection.execute(IDLE, [ROLE]).fetchone()[0])


def look(url: str) -> list[int]:
    """Open a page several times at once, and return the answers' statuses."""

    def once(_: int) -> int:
        with urlopen(url, timeout=20) as answer:
            return int(answer.status)

    with ThreadPoolExecutor(VISITORS) as visitors:
        return list(visitors.map(once, range(2 * VISITORS)))


def test_the_browsers_shop_lets_go_and_nobody_notices(opened: tuple[str, Ground]) -> None:
    """Not one connection is left, and not one page fails afterwards."""
    url, ground = opened
    assert set(look(url)) == {200}
    assert idle(ground)

    ground.see_guests_out()
    assert wait_until(lambda: not idle(ground))

    assert set(look(url)) == {200}

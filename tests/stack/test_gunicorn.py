"""gunicorn has as many workers as stack.toml says, whenever we ask for all of them."""

import random

import pytest

from tests.helpers import wait_until
from tutor.curriculum import load_levels
from tutor.lab.person import Person
from tutor.probes.http import Visitor
from tutor.stack.cancel import Cancel
from tutor.stack.ground import Ground
from tutor.stack.processes import children_of
from tutor.stack.services.gunicorn import Gunicorn
from tutor.stack.site import make_site
from tutor.workspace import compose

pytestmark = pytest.mark.services
FOUR_WORKERS = """
[servers.server1]
services = ["gunicorn", "postgres"]

[services.gunicorn]
workers = 4
"""


def test_a_login_during_a_run_hashes_no_password_anew(ground: Ground) -> None:
    """Django would, for 0.3 s, as the seeded hashes are cheap ones; no level is about that."""
    levels = load_levels()
    site = make_site(ground, "mine", compose(levels[0], "fixed", levels))
    database = ground.databases.clone(ground.seed)
    site.serve(database, lambda event: None, Cancel(), one_worker=True)
    try:
        person = Person(Visitor(site.url), random.Random(1))

        answer = person.log_in("gina", "namaste")

        assert answer.status == 302
        with ground.postgres.connect(database) as connection:
            query = "SELECT password FROM auth_user WHERE username = 'gina'"
            (password,) = connection.execute(query).fetchone()
        assert password.startswith("pbkdf2_sha256$1000$")
    finally:
        site.stop()


def test_what_nobody_asks_is_left_out(ground: Ground) -> None:
    """A quick check does without what is only there to be looked at."""
    levels = load_levels()
    site = make_site(ground, "mine", compose(levels[5], "fixed", levels))
    database = ground.databases.clone(ground.seed)
    try:
        site.serve(database, lambda event: None, Cancel(), one_worker=True, without=("flower",))

        assert {"gunicorn", "worker", "redis"} <= set(site.services)
        assert "flower" not in site.services
    finally:
        site.stop()


@pytest.mark.parametrize("one_worker", [True, False])
def test_full_strength_is_what_was_asked_for(ground: Ground, one_worker: bool) -> None:
    """Also right after the first answer, when gunicorn is still starting the others."""
    levels = load_levels()
    site = make_site(ground, "mine", compose(levels[0], "fixed", levels))
    (site.folder / "stack.toml").write_text(FOUR_WORKERS)
    database = ground.databases.clone(ground.seed)
    site.serve(database, lambda event: None, Cancel(), one_worker=one_worker)
    assert isinstance(site.gunicorn, Gunicorn)
    ready = site.gunicorn.ready
    master = ground.stack.status()[site.gunicorn.name]["pid"]
    try:
        site.full_strength()
        site.full_strength()

        assert wait_until(lambda: len(list(ready.iterdir())) >= 4)
        # gunicorn looks once a second whether it has too few or too many.
        more = wait_until(lambda: len(children_of(master, recursive=False)) != 4, timeout=1.5)
        assert not more
    finally:
        site.stop()

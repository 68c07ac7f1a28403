"""gunicorn has as many workers as stack.toml says, whenever we ask for all of them."""

import pytest

from tests.helpers import wait_until
from tutor.curriculum import load_levels
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

"""gunicorn has as many workers as stack.toml says, whenever we ask for all of them."""

import contextlib
import random
import signal
from collections.abc import Iterator

import pytest

from tests.helpers import wait_until
from tutor.base.cancel import Cancel
from tutor.base.errors import ShopError, TutorError
from tutor.curriculum import load_levels
from tutor.curriculum.compose import compose
from tutor.lab.instruments.person import Person
from tutor.machine.processes import children_of, send_signal, standing_still
from tutor.probes.http import PageUnreachable, Visitor
from tutor.stack.ground import Ground
from tutor.stack.services.gunicorn import Gunicorn
from tutor.stack.site import Site, make_site

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
    master = ground.stack.status()[site.gunicorn.name].pid
    try:
        site.full_strength()
        site.full_strength()

        assert wait_until(lambda: len(list(ready.iterdir())) >= 4)
        # gunicorn looks once a second whether it has too few or too many.
        more = wait_until(lambda: len(children_of(master, recursive=False)) != 4, timeout=1.5)
        assert not more
    finally:
        site.stop()


HALF_WRITTEN = {
    "a syntax error": "def sale(",
    "an import of what is not there yet": "import sale",
    "a name that is none yet": "SALE = sale",
    "an exit": "raise SystemExit(1)",
}


@pytest.mark.parametrize("half", HALF_WRITTEN.values(), ids=HALF_WRITTEN)
def test_half_written_code_never_ends_the_shop_that_is_looked_at(ground: Ground, half: str) -> None:
    """It shows what is wrong; once that is mended, the same gunicorn serves the page again."""
    levels = load_levels()
    site = make_site(ground, "mine", compose(levels[0], "fixed", levels))
    settings = site.folder / "shop" / "settings.py"
    whole = settings.read_text()
    site.serve(ground.databases.clone(ground.seed), lambda event: None, Cancel(), explore=True)
    master = ground.stack.status()[site.gunicorn.name].pid

    def status() -> int:
        # Whoever comes as a worker leaves is dropped; nobody is, once the next one is there.
        with contextlib.suppress(PageUnreachable):
            return Visitor(site.url).get("/health/").status
        return 0

    try:
        settings.write_text(f"{whole}\n{half}\n")
        assert wait_until(lambda: status() == 500, timeout=30)
        settings.write_text(whole)

        assert wait_until(lambda: status() == 200, timeout=30)
        assert ground.stack.status()[site.gunicorn.name].pid == master
    finally:
        site.stop()


def test_a_visitor_is_answered_by_whichever_worker_is_awake(ground: Ground) -> None:
    """Also one whose last page came from another: nothing ties her to a worker, without nginx too."""
    levels = load_levels()
    site = make_site(ground, "mine", compose(levels[0], "fixed", levels))
    (site.folder / "stack.toml").write_text(f"{FOUR_WORKERS}threads = 2\n")
    site.serve(ground.databases.clone(ground.seed), lambda event: None, Cancel())
    try:
        site.full_strength()
        master = ground.stack.status()[site.gunicorn.name].pid
        workers = children_of(master, recursive=False)
        visitor, answers = Visitor(site.url, timeout=5), []
        for awake in workers:
            with standing_still(pid for pid in workers if pid != awake):
                answers.append(visitor.get("/health/").status)
    finally:
        site.stop()

    assert answers == [200] * 4


ONLY_ONCE = """
import os, pathlib, sys, time
mark = pathlib.Path(__file__).with_name("somebody_was_here")
if mark.exists():
    {then}
mark.touch()
"""


@pytest.fixture
def site(ground: Ground) -> Iterator[Site]:
    """A shop that asks for four workers, laid out and not yet served."""
    levels = load_levels()
    site = make_site(ground, "mine", compose(levels[0], "fixed", levels))
    (site.folder / "stack.toml").write_text(FOUR_WORKERS)
    yield site
    site.stop()


def serve(site: Site, ground: Ground) -> None:
    """Serve *site* with one worker."""
    database = ground.databases.clone(ground.seed)
    site.serve(database, lambda event: None, Cancel(), one_worker=True)


class TestFewerWorkers:
    """A shop that is weaker than it says is never measured: somebody is told why."""

    @pytest.mark.parametrize(
        ("then", "finding", "said"),
        [
            ("raise RuntimeError('one is enough')", "workers_crash", "one is enough"),
            ("os._exit(7)", "workers_end", "code 7"),
            ("sys.exit(0)", "workers_end", "1 came"),
            ("while True: pass", "workers_hang", "shop/wsgi.py, line 4"),
            ("time.sleep(600)", "workers_hang", "shop/wsgi.py, line 4"),
        ],
    )
    def test_workers_that_end_or_hang_at_boot_are_the_shops(
        self,
        site: Site,
        ground: Ground,
        monkeypatch: pytest.MonkeyPatch,
        then: str,
        finding: str,
        said: str,
    ) -> None:
        """The first one came up and answers: that is not enough."""
        monkeypatch.setattr("tutor.stack.worker_startup.FIRST", 6.0)
        monkeypatch.setattr("tutor.stack.worker_startup.EACH", 2.0)
        wsgi = site.folder / "shop" / "wsgi.py"
        wsgi.write_text(ONLY_ONCE.format(then=then).lstrip() + wsgi.read_text())
        serve(site, ground)

        with pytest.raises(ShopError) as caught:
            site.full_strength()

        assert caught.value.id == finding
        assert said in caught.value.message

    def test_workers_that_are_killed_from_outside_are_not_the_shops(
        self, site: Site, ground: Ground, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A machine short of memory does that."""
        wsgi = site.folder / "shop" / "wsgi.py"
        slow = ONLY_ONCE.format(then="time.sleep(600)").lstrip()
        wsgi.write_text(slow + wsgi.read_text())
        serve(site, ground)
        assert site.gunicorn
        master = ground.stack.status()[site.gunicorn.name].pid
        first = children_of(master, recursive=False)

        def kill(pid: int, *, recursive: bool = True) -> list[int]:
            found = children_of(pid, recursive=recursive)
            # One that was killed a look before may be gone by now.
            send_signal(set(found) - set(first), signal.SIGKILL)
            return found

        monkeypatch.setattr("tutor.stack.worker_startup.children_of", kill)

        with pytest.raises(TutorError) as caught:
            site.full_strength()

        assert caught.value.said["id"] == "worker_killed"
        assert not isinstance(caught.value, ShopError)

    def test_a_shop_whose_only_worker_ends_at_boot_is_told_so(
        self, site: Site, ground: Ground, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """gunicorn starts another one, for ever: that is no slow machine."""
        monkeypatch.setattr("tutor.stack.services.gunicorn.Gunicorn.start_timeout", 6.0)
        wsgi = site.folder / "shop" / "wsgi.py"
        wsgi.write_text("import os\nos._exit(3 + 4)\n" + wsgi.read_text())

        with pytest.raises(ShopError) as caught:
            serve(site, ground)

        assert caught.value.id == "workers_end"
        assert "code 7" in caught.value.message

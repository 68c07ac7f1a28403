"""A shop on two servers: PostgreSQL goes along, strays are found, and more servers are refused."""

import errno
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.helpers import wait_until
from tutor.base.cancel import Cancel
from tutor.base.errors import ShopError, TutorError
from tutor.curriculum import Machine
from tutor.curriculum.compose import compose
from tutor.lab.instruments.strays import Strays
from tutor.machine.processes import children_of, environment_of
from tutor.machine.shares import let_go
from tutor.stack.ground import Ground
from tutor.stack.monitor import Monitor
from tutor.stack.plan import check_servers, read_plan
from tutor.stack.site import Site, make_site
from tutor.stack.strays import SITE, may_be_of

pytestmark = pytest.mark.services


TWO_SERVERS = """\
[servers.web1]
services = ["gunicorn"]
[servers.db1]
services = ["postgres"]
"""


class TestPostgres:
    """PostgreSQL is everybody's, and moves to the server of whoever is served."""

    @pytest.fixture
    def site(self, cgroups: None, ground: Ground, warm: object) -> Site:
        """A shop on two servers, laid out and not yet served."""
        from tutor.curriculum import load_levels

        levels = load_levels()
        files = compose(levels[0], "fixed", levels)
        site = make_site(ground, "mine", files, machine=Machine(server_cpu=0.5, servers=2))
        (site.folder / "stack.toml").write_text(TWO_SERVERS)
        return site

    def test_it_moves_to_another_server_and_back(self, site: Site, ground: Ground) -> None:
        """Its processes, those to come included, are on db1 and nowhere else, until let go."""
        site.servers.share_out(site.plan, explore=False)
        site.servers.take_postgres()
        web, data = site.servers.shares["web1"], site.servers.shares["db1"]
        with closing(ground.postgres.connect("postgres")) as connection:
            backend = connection.info.backend_pid

            assert backend in data.pids()
            assert set(ground.postgres_pids()) <= data.pids()
            assert not web.pids()

        site.stop()

        assert not data.pids()
        with closing(ground.postgres.connect("postgres")) as connection:
            assert connection.info.backend_pid not in data.pids()

    def test_it_goes_where_the_load_goes(self, site: Site, ground: Ground) -> None:
        """Of two shops, the one under load has PostgreSQL on its server; the other keeps none."""
        other = Site(ground, "baseline", site.folder, site.folder, site.machine)
        site.servers.share_out(site.plan, explore=False)
        other.servers.share_out(other.plan, explore=False)
        other.servers.take_postgres()
        assert other.servers.shares["db1"].pids()

        with site.servers.held():
            assert set(ground.postgres_pids()) <= site.servers.shares["db1"].pids()
            assert site.servers.shares["db1"].quota() == 0.5
            assert site.servers.shares["db1"].cgroups != other.servers.shares["db1"].cgroups
        other.stop()

        assert site.servers.shares["db1"].quota() is None
        assert set(ground.postgres_pids()) <= site.servers.shares["db1"].pids()

    def test_it_stays_where_it_is_while_another_shop_opens_beside(
        self, site: Site, ground: Ground
    ) -> None:
        """What a shop is compared with borrows the database; it does not take it away."""
        other = Site(ground, "baseline", site.folder, site.folder, site.machine)
        database = ground.databases.clone(ground.seed)
        site.servers.share_out(site.plan, explore=False)
        site.servers.take_postgres()

        other.serve(database, lambda event: None, Cancel(), has_postgres=False)

        assert set(ground.postgres_pids()) <= site.servers.shares["db1"].pids()
        assert site.servers.strays() == set()
        other.stop()
        assert set(ground.postgres_pids()) <= site.servers.shares["db1"].pids()

    def test_the_monitor_says_who_worked(self, site: Site, ground: Ground) -> None:
        """Work in the database shows on its server, and not on the other."""
        site.servers.share_out(site.plan, explore=False)
        site.servers.take_postgres()
        began = {server: site.servers.cpu_seconds(server) for server in site.servers.shares}
        monitor = Monitor(site, lambda sample: None)
        monitor._look()

        with closing(ground.postgres.connect("postgres")) as connection:
            connection.execute("SELECT sum(n) FROM generate_series(1, 2000000) AS n")
        samples = {sample.server: sample for sample in monitor._look()}

        assert site.servers.cpu_seconds("db1") - began["db1"] > 0.05
        assert site.servers.cpu_seconds("web1") == began["web1"]
        assert samples["db1"].cpu_percent > samples["web1"].cpu_percent == 0.0
        assert site.cpu_of_services()["postgres"] > 0
        assert site.servers.strays() == set()


class TestStrays:
    """A process that left its server is found, and nobody else is taken for one."""

    @pytest.fixture
    def site(self, cgroups: None, ground: Ground) -> Iterator[Site]:
        """A shop on two servers, served."""
        from tutor.curriculum import load_levels

        levels = load_levels()
        files = compose(levels[0], "fixed", levels)
        site = make_site(ground, "mine", files, machine=Machine(server_cpu=0.5, servers=2))
        (site.folder / "stack.toml").write_text(TWO_SERVERS)
        site.serve(ground.databases.clone(ground.seed), lambda event: None, Cancel())
        yield site
        site.stop()

    def test_what_was_moved_away_is_found(self, site: Site, ground: Ground) -> None:
        """Twice seen, and named by its pid."""
        assert site.gunicorn
        master = ground.stack.status()[site.gunicorn.name].pid
        (worker, *_) = children_of(master)
        let_go(ground.stack.folder, [worker])

        assert [pid for pid, _ in site.servers.strays()] == [worker]
        assert Strays(site.servers).look_twice(Cancel()) == 1

    def test_one_look_accuses_nobody(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is seen once, between two states, is not there the second time."""
        looks = iter([{(1, 1.0), (2, 2.0)}, {(2, 3.0)}])
        monkeypatch.setattr("tutor.stack.servers.strays_of", lambda servers: next(looks))

        assert Strays(site.servers).look_twice(Cancel()) == 0

    def test_a_shop_that_moves_nothing_has_none_while_everything_forks(
        self, site: Site, ground: Ground
    ) -> None:
        """Workers come and go, sessions are opened, another shop opens and ends beside it."""
        over = threading.Event()
        works = [self.sessions, self.sessions, self.workers, self.others]
        busy = [threading.Thread(target=work, args=[site, ground, over]) for work in works]
        for thread in busy:
            thread.start()
        try:
            found = []
            for _ in range(60):
                site.servers.take_postgres()
                found.append(Strays(site.servers).look_twice(Cancel()))
        finally:
            over.set()
            for thread in busy:
                thread.join(30)

        assert [count for count in found if count] == []

    @staticmethod
    def sessions(site: Site, ground: Ground, over: threading.Event) -> None:
        """Have PostgreSQL fork, again and again."""
        while not over.is_set():
            with closing(ground.postgres.connect(site.database)) as connection:
                connection.execute("SELECT 1")

    @staticmethod
    def workers(site: Site, ground: Ground, over: threading.Event) -> None:
        """Have gunicorn fork: one of its workers ends, again and again."""
        assert site.gunicorn
        master = ground.stack.status()[site.gunicorn.name].pid
        while not over.wait(0.05):
            for worker in children_of(master, recursive=False)[:1]:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)

    @staticmethod
    def others(site: Site, ground: Ground, over: threading.Event) -> None:
        """Open another shop beside this one and end it, again and again."""
        while not over.is_set():
            other = Site(ground, "baseline", site.folder, site.folder, site.machine)
            database = ground.databases.clone(ground.seed)
            other.serve(database, lambda event: None, Cancel(), has_postgres=False)
            other.stop()

    def test_what_a_shop_leaves_behind_is_its_own(self, site: Site, ground: Ground) -> None:
        """An orphan of another shop, or of ours, is not; one that hides where it is from, is."""
        known = {}
        for name, env in {"mine": {SITE: "mine"}, "other": {SITE: "baseline"}, "bare": {}}.items():
            process = subprocess.Popen(["sleep", "60"], env={"PATH": os.environ["PATH"], **env})
            known[name] = process
        try:
            # A program that has just been started shows an empty environment for a moment:
            # the kernel lays it out after it has closed the pipe that Popen waits for.
            assert wait_until(lambda: all(environment_of(one.pid) for one in known.values()))
            told = {name: may_be_of("mine", process.pid) for name, process in known.items()}
        finally:
            for process in known.values():
                process.kill()
                process.wait()

        assert told == {"mine": True, "other": False, "bare": True}

    def test_a_quota_that_fails_half_way_is_lifted(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The server that was held already would stay so, for the next measurement too."""

        def refuse() -> None:
            raise OSError(errno.EBUSY, "Device or resource busy")

        monkeypatch.setattr(site.servers.shares["db1"], "hold", refuse)

        with pytest.raises(TutorError, match="db1 could not be held"), site.servers.held():
            pytest.fail("the block must not run")

        assert site.servers.shares["web1"].quota() is None


class TestLimitsOfTheLevel:
    """What the learner may not change."""

    @pytest.mark.parametrize(
        ("text", "id"),
        [
            (TWO_SERVERS.replace("[servers.db1]", "cpu = 2\n[servers.db1]"), "server_too_large"),
            (TWO_SERVERS + "[servers.more]\nservices = []\n", "too_many_servers"),
        ],
    )
    def test_more_than_there_is_is_refused_by_name(
        self, tmp_path: Path, text: str, id: str
    ) -> None:
        """Each has an id of its own, so that a level can say what it thinks of it."""
        path = tmp_path / "stack.toml"
        path.write_text(text)

        with pytest.raises(ShopError) as caught:
            check_servers(read_plan(path), Machine(server_cpu=0.5, servers=2))

        assert caught.value.id == id

    def test_levels_without_a_limit_take_any_number(self, tmp_path: Path) -> None:
        """Only a level about servers counts them."""
        path = tmp_path / "stack.toml"
        path.write_text(TWO_SERVERS)

        check_servers(read_plan(path), Machine())

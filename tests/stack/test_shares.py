"""A server has its share of the machine, and no more; whatever happens, nothing of it is left."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.helpers import wait_until
from tests.stack.test_supervisor import holder, launch, said, supervisor_of
from tutor.base.cancel import Cancel
from tutor.base.errors import ShopError, TutorError
from tutor.curriculum import Machine
from tutor.curriculum.compose import compose
from tutor.lab.instruments.strays import Strays
from tutor.machine import shares
from tutor.machine.processes import children_of
from tutor.machine.shares import Mechanism, Share, folder_name, let_go, mechanism, roots
from tutor.stack.ground import Ground
from tutor.stack.monitor import Monitor
from tutor.stack.plan import check_servers, read_plan
from tutor.stack.site import Site, make_site
from tutor.stack.stack import Stack
from tutor.stack.strays import SITE, may_be_of

pytestmark = pytest.mark.services

BUSY = """
    print("busy", flush=True)
    while True:
        pass
"""
FAMILY = """
    import os
    for _ in range(2):
        if os.fork() == 0:
            break
    print("busy", flush=True)
    while True:
        pass
"""
SHORT_CHILDREN = """
    import os, time
    for _ in range(3):
        if os.fork() == 0:
            until = time.process_time() + 0.1
            while time.process_time() < until:
                pass
            os._exit(0)
    for _ in range(3):
        os.wait()
    print("buried", flush=True)
    time.sleep(60)
"""
LEAVES_SOMETHING = """
    import os, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            print("orphan", os.getpid(), flush=True)
            time.sleep(60)
        os._exit(0)
    os.wait()
    time.sleep(60)
"""
TWO_SERVERS = """\
[servers.web1]
services = ["gunicorn"]
[servers.db1]
services = ["postgres"]
"""


@pytest.fixture
def cgroups() -> None:
    """A machine that can hold a server to a quota."""
    if mechanism() not in (Mechanism.CGROUP_V1, Mechanism.CGROUP_V2):
        pytest.skip("needs cgroups that can be written")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A stack that is up and held by the test."""
    stack = Stack(tmp_path / "stack")
    stack.up()
    yield stack
    stack.release()
    assert stack.wait_until_gone(5)
    assert not cgroups_of(stack.folder)


@pytest.fixture
def share(cgroups: None, stack: Stack) -> Share:
    """Half a core."""
    share = Share(stack.folder, "server1", 0.5)
    stack.make_share(share)
    return share


def cgroups_of(folder: Path) -> list[Path]:
    """Return the cgroups of the stack in *folder*; one that goes while we look is gone."""
    found: list[Path] = []
    for root in roots(mechanism()):
        with suppress(FileNotFoundError):
            found += (root / folder_name(folder)).iterdir()
    return found


def start_on(share: Share, stack: Stack, code: str, name: str = "program") -> int:
    """Start a small program on the server of *share* and return its pid."""
    pid = launch(stack, name, code)
    share.move([pid])
    return pid


def used(share: Share) -> float:
    """Return the CPU seconds of *share*."""
    usage = share.usage()
    assert usage is not None
    return usage.cpu_seconds


def cores_used(share: Share, seconds: float = 1.0) -> float:
    """Return the cores *share* uses, over *seconds*."""
    began, before = time.monotonic(), used(share)
    time.sleep(seconds)
    return (used(share) - before) / (time.monotonic() - began)


class TestQuota:
    """What is in force, and what is not."""

    def test_a_busy_program_has_its_share_and_no_more(self, share: Share, stack: Stack) -> None:
        """Half a core is half a core, and the server knows that it was held back."""
        start_on(share, stack, BUSY)
        share.hold()

        cores = cores_used(share)

        usage = share.usage()
        assert usage
        assert 0.35 < cores < 0.6
        assert usage.throttled > 5
        assert share.quota() == 0.5

    def test_children_share_what_their_server_has(self, share: Share, stack: Stack) -> None:
        """Three processes on one server get no more than one."""
        share.hold()
        command_pid = start_on(share, stack, BUSY)
        start_on(share, stack, FAMILY, "family")
        assert said(stack, "family", "busy")

        cores = cores_used(share)

        assert command_pid in share.pids()
        assert cores < 0.6

    def test_forked_children_are_counted_even_when_they_are_gone(
        self, share: Share, stack: Stack
    ) -> None:
        """The account is the server's, not that of whoever happens to live."""
        before = used(share)
        command = Share(stack.folder, "server1", 0.5)
        pid = launch(stack, "parent", "import time; time.sleep(0.3)\n" + _dedented(SHORT_CHILDREN))
        command.move([pid])

        assert said(stack, "parent", "buried")

        assert used(share) - before >= 0.29
        assert share.pids() == {pid}

    def test_without_hold_there_is_no_limit(self, share: Share) -> None:
        """A shop starts at full speed; the limit is for the load."""
        assert share.quota() is None

        share.hold()
        share.free()

        assert share.quota() is None

    def test_a_program_that_walks_off_is_noticed(self, share: Share, stack: Stack) -> None:
        """Who moves to another cgroup is a stray; who has ended is none."""
        staying = start_on(share, stack, BUSY, "staying")
        leaving = start_on(share, stack, BUSY, "leaving")
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()

        let_go(stack.folder, [leaving])

        assert share.strays([staying, leaving, ended.pid]) == [leaving]

    def test_what_a_service_left_behind_is_found(self, stack: Stack) -> None:
        """A daemon becomes the supervisor's child, and no service of the stack."""
        master = launch(stack, "master", LEAVES_SOMETHING)
        assert said(stack, "master", "orphan")
        orphan = int(stack.tail("master").split()[1])

        assert wait_until(lambda: orphan in stack.orphans())

        assert master not in stack.orphans()


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


class TestEnd:
    """Nothing is left in the tree of cgroups."""

    @pytest.mark.parametrize("end", ["release", "shutdown", "stopped"])
    def test_after_an_orderly_end(self, share: Share, stack: Stack, end: str) -> None:
        """However the stack ends, its cgroups end with it; and again, with nothing left to do."""
        pid = start_on(share, stack, FAMILY)
        assert cgroups_of(stack.folder)
        endings: dict[str, Callable[[], object]] = {
            "release": stack.release,
            "shutdown": stack.shutdown,
            "stopped": lambda: (os.kill(pid, signal.SIGSTOP), stack.release()),
        }

        endings[end]()

        assert stack.wait_until_gone(5)
        assert wait_until(lambda: not cgroups_of(stack.folder), timeout=2)

    def test_after_kill_9_of_the_tutor(self, cgroups: None, tmp_path: Path) -> None:
        """The supervisor sees its holder gone and cleans up after it."""
        folder = tmp_path / "killed"
        tutor = holder(
            folder,
            "from tutor.machine.shares import Share\n"
            "share = Share(stack.folder, 'server1', 0.5); stack.make_share(share); share.hold()",
        )
        assert cgroups_of(folder)

        tutor.kill()
        tutor.communicate()

        assert wait_until(lambda: not cgroups_of(folder), timeout=5)

    def test_after_kill_9_of_the_supervisor(self, share: Share, stack: Stack) -> None:
        """The kernel ends the services; the next start removes what they ran in."""
        start_on(share, stack, BUSY)

        os.kill(supervisor_of(stack.folder), signal.SIGKILL)
        stack.release()
        stack.up()

        assert not cgroups_of(stack.folder)

    def test_stacks_keep_out_of_each_others_way(self, share: Share, stack: Stack) -> None:
        """Two folders of the same name are two stacks."""
        twin = Share(stack.folder.parent / "other" / stack.folder.name, "server1", 0.5)

        assert set(twin.cgroups).isdisjoint(share.cgroups)


class TestOtherMachines:
    """What this machine may not have."""

    @pytest.fixture
    def version_2(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """The files of a tree of version 2, as far as we touch them."""
        root = tmp_path / "cgroup"
        server = root / "levelup" / folder_name(tmp_path) / "server1"
        server.mkdir(parents=True)
        for folder in (root, *list(server.parents)[:2], server):
            (folder / "cgroup.controllers").write_text("cpu memory\n")
            (folder / "cgroup.subtree_control").touch()
            (folder / "cgroup.procs").touch()
            (folder / "cpu.weight").write_text("100\n")
        (server / "cpu.max").write_text("max 100000\n")
        (server / "cpu.stat").write_text("usage_usec 1500000\nnr_periods 8\nnr_throttled 3\n")
        monkeypatch.setattr(shares, "CGROUP", root)
        return server

    def test_version_2_is_spoken(self, version_2: Path, tmp_path: Path) -> None:
        """Its files have other names and hold the same."""
        share = Share(tmp_path, "server1", 0.5, kind=Mechanism.CGROUP_V2)

        share.make()
        assert share.quota() is None
        share.hold()

        assert share.cgroups == (str(version_2),)
        assert (version_2 / "cpu.max").read_text() == "25000 50000"
        assert share.quota() == 0.5
        assert share.usage() == shares.Usage(1.5, 8, 3)
        assert (version_2.parent / "cgroup.subtree_control").read_text() == "+cpu"
        assert int((version_2 / "cpu.weight").read_text()) > 100

    def test_affinity_is_a_core(self, stack: Stack) -> None:
        """Without cgroups a server is one core; who leaves it is a stray."""
        if not hasattr(os, "sched_setaffinity"):
            pytest.skip("needs a system that binds processes to cores")
        share = Share(stack.folder, "server1", 0.5, kind=Mechanism.AFFINITY)
        pid = launch(stack, "program", BUSY)

        share.move([pid])
        assert os.sched_getaffinity(pid) == set(share.affinity)
        assert share.strays([pid]) == []
        os.sched_setaffinity(pid, os.sched_getaffinity(0))

        alone = len(os.sched_getaffinity(0)) == 1
        assert share.strays([pid]) == ([] if alone else [pid])
        assert (share.cores, share.quota(), share.usage()) == (1.0, None, None)

    @pytest.mark.parametrize(
        ("hidden", "left"),
        [
            ("cgroups", (Mechanism.AFFINITY, Mechanism.NONE)),
            ("cgroups,affinity", (Mechanism.NONE,)),
        ],
    )
    def test_what_is_missing_can_be_tried_out(
        self, monkeypatch: pytest.MonkeyPatch, hidden: str, left: tuple[Mechanism, ...]
    ) -> None:
        """``LEVELUP_WITHOUT`` hides what this machine has."""
        monkeypatch.setenv("LEVELUP_WITHOUT", hidden)

        assert mechanism.__wrapped__() in left


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


def _dedented(code: str) -> str:
    import textwrap

    return textwrap.dedent(code)

"""A load made by several workers: one verdict's worth of figures, and no silent loss."""

import contextlib
import http.server
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.helpers import marked_processes, wait_until
from tests.real import PROMISED, SLACK
from tutor.base.cancel import Cancel
from tutor.base.errors import Cancelled, TutorError, UsageError
from tutor.curriculum import LoadPlan
from tutor.load.crew import MASTER_PORT, Crew
from tutor.load.locust import Locust, Sample
from tutor.machine.ports import LOOPBACK
from tutor.stack.stack import Stack

pytestmark = [pytest.mark.services, pytest.mark.load]

NEAR, FAR = "198.18.7.1", "198.18.7.2"
"""Addresses that are nobody's: for networks that are measured."""
LOCUSTFILE = """
    import json
    import os
    from pathlib import Path

    from locust import HttpUser, constant, events, task

    WORD = json.loads(Path(os.environ["LEVELUP_FACTS"]).read_text())["word"]


    @events.init.add_listener
    def count(environment, **_kwargs):
        environment.extra = {"asked": 0, "late_ms": 1.5}


    class Visitor(HttpUser):
        wait_time = constant(0.1)

        @task
        def ask(self):
            self.environment.extra["asked"] += 1
            who = self.environment.runner.worker_index
            self.client.get(f"/{WORD}/{who}", name="ask")
            with self.client.get("/wrong", name="wrong", catch_response=True) as response:
                response.failure("as it should")
"""


class Shop:
    """A shop that remembers what it was asked for."""

    def __init__(self) -> None:
        paths, hosts = self.paths, self.hosts = list[str](), list[str]()

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                paths.append(self.path)
                hosts.append(self.headers["Host"])
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer((LOOPBACK, 0), Answer)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{LOOPBACK}:{self.server.server_address[1]}"


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A shop that answers at once."""
    shop = Shop()
    yield shop
    shop.server.shutdown()
    shop.server.server_close()


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A stack that is up."""
    stack = Stack(tmp_path / "stack")
    stack.up()
    yield stack
    stack.release()
    assert stack.wait_until_gone()


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """What every worker is told."""
    facts = tmp_path / "facts.json"
    facts.write_text('{"word": "namaste"}')
    return {"LEVELUP_FACTS": str(facts), "LEVELUP_RATE": "0"}


def locust(stack: Stack, crew: Crew, seconds: float) -> Locust:
    """Return a small load of four visitors."""
    locustfile = stack.folder / "locustfile.py"
    locustfile.write_text(textwrap.dedent(LOCUSTFILE))
    plan = LoadPlan(users=4, seconds=seconds, spawn_rate=4)
    return Locust(stack, locustfile, plan, crew=crew)


def test_two_workers_make_one_load(stack: Stack, shop: Shop, env: dict[str, str]) -> None:
    """Figures, errors and what the locustfile counts are those of both; samples come meanwhile."""
    samples: list[Sample] = []

    total = locust(stack, Crew(local=2), 2).run(shop.url, Cancel(), env=env, seen=samples.append)

    asked = [path for path in shop.paths if path.startswith("/namaste/")]
    assert set(asked) == {"/namaste/0", "/namaste/1"}
    assert total.requests == len(shop.paths)
    assert total.failures == shop.paths.count("/wrong")
    assert total.errors == {"as it should": total.failures}
    assert total.extra == {"asked": len(asked), "late_ms": 1.5}
    assert max(sample.users for sample in samples) == 4
    assert len(samples) >= 3
    assert not [name for name in stack.status() if name.startswith("load")]


def test_a_worker_that_dies_ends_the_load(stack: Stack, shop: Shop, env: dict[str, str]) -> None:
    """It is said which one; nobody judges what the others measured."""

    def kill(sample: Sample) -> None:
        pid = stack.status()["load-2"].pid
        os.kill(pid, signal.SIGKILL)

    with pytest.raises(TutorError, match=r"Worker 2 .* died in the middle \(code -9\)") as caught:
        locust(stack, Crew(local=2), 30).run(shop.url, Cancel(), env=env, seen=kill)

    assert "not your shop's fault" in caught.value.hint
    assert not [name for name in stack.status() if name.startswith("load")]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Where the temporary files of another machine go."""
    (tmp_path / "elsewhere").mkdir()
    return tmp_path / "elsewhere"


def visitor_from(elsewhere: Path, crew: Crew, *how: str) -> "subprocess.Popen[bytes]":
    """Start a worker by the one command that is said."""
    assert crew.invitation.startswith("locust ")
    env = {key: value for key, value in os.environ.items() if not key.startswith("LEVELUP_")}
    env["TMPDIR"] = str(elsewhere)
    return subprocess.Popen(
        [*how, sys.executable, "-m", *crew.invitation.split()],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_others_join_with_one_command(
    stack: Stack, shop: Shop, env: dict[str, str], elsewhere: Path
) -> None:
    """What they need comes from the master; the worker ends with the load and leaves no file."""
    crew = Crew(awaited=1)
    came: list[int] = []
    worker = visitor_from(elsewhere, crew)

    total = locust(stack, crew, 1).run(shop.url, Cancel(), env=env, came=came.append)

    assert worker.wait(10) is not None
    assert came == [1]
    assert total.requests == len(shop.paths) > 0
    assert "/namaste/0" in shop.paths
    assert not list(elsewhere.iterdir())


def test_a_worker_elsewhere_that_dies_ends_the_load(
    stack: Stack, shop: Shop, env: dict[str, str], elsewhere: Path
) -> None:
    """Its heart is heard no more: the load says so long before its time is up."""
    crew = Crew(local=1, awaited=1)
    worker = visitor_from(elsewhere, crew)

    with pytest.raises(TutorError, match="lost 1 of its 2 workers"):
        locust(stack, crew, 60).run(shop.url, Cancel(), env=env, seen=lambda sample: worker.kill())

    worker.wait(10)


def test_a_load_nobody_comes_to_says_how_to_come(
    stack: Stack, shop: Shop, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its patience, with the command in the hint."""
    monkeypatch.setattr("tutor.load.locust.COMING", 1)
    crew = Crew(awaited=1)

    with pytest.raises(TutorError, match="0 of 1 workers of the load came") as caught:
        locust(stack, crew, 1).run(shop.url, Cancel(), env=env)

    assert crew.invitation in caught.value.hint


@pytest.mark.parametrize("address", ["203.0.113.7", "0.0.0.0", "no such machine"])
def test_an_address_nobody_can_come_to_is_refused(address: str) -> None:
    """Before anything starts."""
    with pytest.raises(UsageError) as caught:
        Crew(awaited=1, address=address).check()

    assert address in caught.value.message
    assert str(MASTER_PORT) in caught.value.message or "no address" in caught.value.message


def test_workers_are_listened_for_on_loopback_unless_asked(
    stack: Stack, shop: Shop, env: dict[str, str]
) -> None:
    """Nothing is open to others, and a load that is given up leaves nothing."""
    cancel = Cancel()
    addresses: set[str] = set()

    def look(count: int) -> None:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == MASTER_PORT:
                addresses.add(connection.laddr.ip)
        cancel.set()

    with pytest.raises(Cancelled):
        locust(stack, Crew(local=1, awaited=1), 1).run(shop.url, cancel, env=env, came=look)

    assert addresses == {LOOPBACK}
    assert not [name for name in stack.status() if name.startswith("load")]


LOADER = """
    import sys
    from pathlib import Path
    from tests.stack.test_crew import Cancel, Crew, Shop, Stack, locust
    folder = Path(sys.argv[1])
    facts = folder.parent / "facts.json"
    facts.write_text('{"word": "namaste"}')
    stack = Stack(folder)
    stack.up()
    locust(stack, Crew(local=2), 60).run(
        Shop().url, Cancel(), env={"LEVELUP_FACTS": str(facts)},
        seen=lambda sample: print("sample", flush=True),
    )
"""


def test_workers_end_with_a_tutor_that_is_killed(tmp_path: Path) -> None:
    """The master and all its workers are gone soon after."""
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(LOADER), str(tmp_path / "stack")],
        stdout=subprocess.PIPE,
        text=True,
    ) as tutor:
        assert tutor.stdout
        assert tutor.stdout.readline() == "sample\n"
        loads = [p for p in marked_processes(tmp_path) if "locust" in p.cmdline()]

        tutor.kill()

    assert len(loads) == 3
    assert wait_until(lambda: not marked_processes(tmp_path), timeout=PROMISED + SLACK)


@pytest.fixture
def other_machine() -> Iterator[str]:
    """The name of a network namespace with a cable to this machine: as good as a machine."""
    name = f"lu{os.getpid() % 10000}"
    near, far = f"{name}a", f"{name}b"
    steps = (
        f"netns add {name}",
        f"link add {near} type veth peer name {far} netns {name}",
        f"addr add {NEAR}/30 dev {near}",
        f"link set {near} up",
        f"-n {name} addr add {FAR}/30 dev {far}",
        f"-n {name} link set {far} up",
        f"-n {name} link set lo up",
    )
    try:
        for step in steps:
            done = subprocess.run(
                ["ip", *step.split()], capture_output=True, text=True, check=False
            )
            if done.returncode:
                pytest.skip(f"no second network can be made here: {done.stderr.strip()}")
        yield name
    except FileNotFoundError:
        pytest.skip("no second network can be made here: there is no `ip`")
    finally:
        with contextlib.suppress(FileNotFoundError):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
            subprocess.run(["ip", "link", "del", near], capture_output=True, check=False)


def test_a_worker_on_another_machine_finds_the_shop_at_its_own_address(
    stack: Stack, shop: Shop, env: dict[str, str], other_machine: str, elsewhere: Path
) -> None:
    """The shop listens on loopback here; there it is at the same address, by way of a gate."""
    crew = Crew(awaited=1, address=NEAR)
    crew.check()
    worker = visitor_from(elsewhere, crew, "ip", "netns", "exec", other_machine)

    total = locust(stack, crew, 1).run(shop.url, Cancel(), env=env)

    worker.wait(10)
    assert total.requests == len(shop.paths) > 0
    assert total.failures == shop.paths.count("/wrong")
    assert set(shop.hosts) == {shop.url.removeprefix("http://")}

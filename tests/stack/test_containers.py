"""Servers as containers: started, limited, and gone when nobody holds them, whatever ended that."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.helpers import runs, wait_until
from tests.real import PROMISED, SLACK
from tutor.base.errors import TutorError
from tutor.judge import Outcome
from tutor.learner.session import Session
from tutor.machine.command import Command, ServiceInfo
from tutor.machine.docker import image, owned
from tutor.machine.docker.engine import check_engine, check_image, connect
from tutor.machine.docker.placement import Containers
from tutor.machine.docker.watch import state_of
from tutor.machine.ports import LOOPBACK, is_answering
from tutor.machine.programs import Programs
from tutor.run.play import last_finished
from tutor.stack.stack import Stack

pytestmark = [pytest.mark.by_date(3), pytest.mark.alone, pytest.mark.docker, pytest.mark.services]

BUSY = "print('busy', flush=True)\nwhile True: pass"
HOLDER = """
    import sys
    from pathlib import Path
    from tutor.machine.docker.placement import Containers
    from tutor.stack.stack import Stack
    folder = Path(sys.argv[1])
    stack = Stack(folder, Containers(folder))
    stack.up()
    stack.placement.client("server1")
    print("holding", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    """The engine, where there is one with our image."""
    try:
        engine = connect()
        check_engine(engine)
        check_image(engine)
    except TutorError as error:
        said = f"{error.message} {error.hint}"
        if os.environ.get("LEVELUP_ENGINE") == "required":
            pytest.fail(f"This machine can have an engine and our image: {said}")
        pytest.skip(said)
    yield engine
    engine.close()


@pytest.fixture(autouse=True)
def programs_of_the_image(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests after these look for programs on this machine again."""
    monkeypatch.setattr(Programs, "in_image", False)


@pytest.fixture
def folder(tmp_path: Path, engine: Any) -> Iterator[Path]:
    """Where the stack of the test lives; whatever a failed test left of it is removed."""
    folder = tmp_path / "stack"
    yield folder
    owned.remove(engine, folder)


@pytest.fixture
def stack(folder: Path) -> Iterator[Stack]:
    """A stack of containers that is up and held by the test."""
    stack = Stack(folder, Containers(folder))
    stack.up()
    yield stack
    stack.release()
    assert stack.wait_until_gone(PROMISED + SLACK)
    assert isinstance(stack.placement, Containers)
    stack.placement.engine.close()


def launch(stack: Stack, name: str, code: str, server: str) -> int:
    """Start a small program on *server* and return its pid."""
    command = Command(
        name=name,
        argv=(sys.executable, "-IS", "-c", code),
        cwd=stack.folder,
        env=stack.base_env(),
        log=stack.log(name),
        info=ServiceInfo(server=server),
    )
    stack._launch(command)
    return stack.status()[name].pid


def of_this_stack(engine: Any, folder: Path) -> dict[str, Any]:
    """Return the containers of the stack by the server they are."""
    return {one.labels[owned.SERVER_LABEL]: one for one in owned.containers(engine, folder)}


def is_gone(engine: Any, folder: Path) -> bool:
    """Return whether the engine knows nothing of the stack any more."""
    return not owned.containers(engine, folder) and not owned.networks(engine, folder)


def holder(folder: Path) -> "subprocess.Popen[bytes]":
    """Return another process that holds the stack, once it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdout.readline() == b"holding\n"
    return process


def close(process: "subprocess.Popen[bytes]") -> None:
    """Wait for the end of *process*."""
    process.wait(20)
    for pipe in (process.stdin, process.stdout):
        assert pipe
        pipe.close()


def test_a_server_is_a_container_made_when_it_is_needed(stack: Stack, engine: Any) -> None:
    """What runs on a server runs in its container, under a pid of this machine."""
    before = set(of_this_stack(engine, stack.folder))

    pid = launch(stack, "sleeper", "import time; time.sleep(60)", "server1")

    assert before == {""}
    assert set(of_this_stack(engine, stack.folder)) == {"", "server1"}
    container = of_this_stack(engine, stack.folder)["server1"].id
    assert container in Path(f"/proc/{pid}/cgroup").read_text()
    assert stack.server_of("sleeper") == "server1"


def test_ports_are_open_on_loopback_only(stack: Stack, engine: Any) -> None:
    """A service is reached under its own port on loopback; the engine publishes none."""
    port = stack.placement.port(0, "teller")
    code = (
        f"import http.server as h; h.test(h.SimpleHTTPRequestHandler, port={port}, bind='0.0.0.0')"
    )

    launch(stack, "teller", code, "server1")

    assert wait_until(lambda: is_answering(port, "/"))
    assert not any(one.ports for one in of_this_stack(engine, stack.folder).values())
    listening = [c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    assert {c.laddr.ip for c in listening if c.laddr.port == port} == {LOOPBACK}


def test_a_stack_may_have_a_folder_with_a_long_name(tmp_path: Path, engine: Any) -> None:
    """The name of a socket is limited; that of the learner's folder is not."""
    folder = tmp_path / "so_long" / ("and_thanks_for_all_the_mats_" * 4)
    stack = Stack(folder, Containers(folder))
    stack.up()

    port = stack.placement.port(0, "gunicorn")

    stack.release()
    assert port
    assert stack.wait_until_gone(PROMISED + SLACK)


def test_a_port_that_somebody_has_is_refused(stack: Stack) -> None:
    """As without containers: who has it is said."""
    with socket.socket() as theirs:
        theirs.bind((LOOPBACK, 0))
        theirs.listen()

        with pytest.raises(TutorError, match="cannot be used"):
            stack.placement.port(theirs.getsockname()[1], "gunicorn")


def test_a_program_sees_nothing_of_our_environment(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The image's own paths count in a container, not those of this machine."""
    monkeypatch.setenv("SECRET_OF_THE_LEARNER", "inhale")
    code = "import os, sys; print(sorted(os.environ), sys.executable, flush=True)"

    launch(stack, "teller", code, "server1")

    assert wait_until(lambda: "/opt/levelup" in stack.tail("teller"))
    assert "SECRET_OF_THE_LEARNER" not in stack.tail("teller")


def test_a_share_is_the_containers_own_limit(stack: Stack) -> None:
    """Held, a busy program gets half a core; let go, the limit is lifted."""
    pid = launch(stack, "busy", BUSY, "server1")
    share = stack.placement.share("server1", "mine", 0.5, None, 0)
    free = share.quota()

    share.hold()
    held, before, began = share.quota(), share.usage(), time.monotonic()
    time.sleep(1)  # there is nothing to wait for but time
    after, seconds = share.usage(), time.monotonic() - began
    share.free()

    assert (free, held, share.quota()) == (None, 0.5, None)
    assert pid in share.pids()
    assert before
    assert after
    assert 0.3 < (after.cpu_seconds - before.cpu_seconds) / seconds < 0.65
    assert after.throttled > before.throttled


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_of_a_tutor_that_was_killed(
    folder: Path, engine: Any, number: signal.Signals
) -> None:
    """Containers and network are gone soon after whoever held them."""
    process = holder(folder)
    watch = [
        p for p in psutil.process_iter(["cmdline"]) if str(folder) in (p.info["cmdline"] or [])
    ]
    assert set(of_this_stack(engine, folder)) == {"", "server1"}

    process.send_signal(number)
    close(process)

    assert wait_until(lambda: is_gone(engine, folder), timeout=PROMISED + SLACK)
    assert wait_until(lambda: not any(runs(p.pid) for p in watch), timeout=PROMISED + SLACK)
    assert not list(folder.glob("servers/*/supervisor.json"))


def test_a_stack_lives_as_long_as_anybody_holds_it(stack: Stack, engine: Any) -> None:
    """A second tutor joins the containers of the first, and leaves without ending them."""
    process = holder(stack.folder)
    pid = launch(stack, "sleeper", "import time; time.sleep(60)", "server1")

    process.kill()
    close(process)

    assert runs(pid)
    assert set(of_this_stack(engine, stack.folder)) == {"", "server1"}


def test_the_next_start_removes_its_own_leftovers_and_nothing_else(
    folder: Path, engine: Any
) -> None:
    """What a killed watch left goes by its label; a stranger's container stays."""

    def leave(place: Path) -> Any:
        return engine.containers.create(
            check_image(engine).id, labels=owned.labels(place, "server1"), network_mode="none"
        )

    other = folder.with_name("somebody_else")
    mine, strangers = leave(folder), leave(other)
    try:
        stack = Stack(folder, Containers(folder))
        stack.up()
        known = {one.id for one in engine.containers.list(all=True)}
        stack.release()
        assert stack.wait_until_gone(PROMISED + SLACK)
    finally:
        strangers.remove(force=True)

    assert mine.id not in known
    assert strangers.id in known


def test_shutdown_ends_what_somebody_else_holds(folder: Path, engine: Any) -> None:
    """`tutor stack down` ends the containers of another tutor, and says so."""
    process = holder(folder)

    ended = Stack(folder, Containers(folder)).shutdown()

    process.kill()
    close(process)
    assert ended
    assert is_gone(engine, folder)
    assert not state_of(folder, "").exists()


def test_the_image_travels_in_a_file(tmp_path: Path, engine: Any) -> None:
    """What one machine saved is ours on the next, under its name; the file is whole."""
    mine = check_image(engine)
    spare = f"{image.tag()}-spare"
    mine.tag(spare)
    path = tmp_path / "levelup.tar"
    try:
        megabytes = image.save(mine, path)
        engine.images.remove(image.tag(), noprune=True)
        with pytest.raises(TutorError, match="There is no image"):
            check_image(engine)

        names = image.load(engine, path)
    finally:
        engine.images.get(spare).tag(image.tag())
        engine.images.remove(spare, noprune=True)
        path.unlink(missing_ok=True)

    assert image.tag() in names
    assert check_image(engine).id == mine.id
    assert megabytes > 100


@pytest.mark.load
@pytest.mark.parametrize(
    ("number", "variant", "wins", "quick"),
    [
        (1, "broken", False, False),
        (1, "fixed", True, False),
        (2, "fixed", True, False),
        # A replica that stands still and a crowd that is let in, among many services.
        (12, "fixed", True, True),
    ],
)
def test_a_level_has_the_same_verdict_in_containers(
    home: Path, tmp_path: Path, engine: Any, number: int, variant: str, wins: bool, quick: bool
) -> None:
    """Broken loses and fixed wins, as on processes of this machine."""
    session = Session(tmp_path / "shop", "docker")
    level = session.levels[number - 1]
    session.stack.up()
    try:
        run = last_finished(list(session.play(level, variant, quick=quick)))
    finally:
        session.stack.release()
        session.stack.wait_until_gone(PROMISED + SLACK)

    assert run
    assert is_gone(engine, session.stack.folder)
    expected = Outcome.WON if wins else Outcome.NOT_YET
    assert run.verdict.outcome is expected, run.verdict.to_json()

"""Servers that are containers."""

import contextlib
import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tutor.base.errors import TutorError
from tutor.base.files import cannot_write, write_json
from tutor.base.locks import locked
from tutor.machine import relay
from tutor.machine.client import Client, SupervisorGone
from tutor.machine.command import Command
from tutor.machine.docker import owned
from tutor.machine.docker.client import ContainerClient
from tutor.machine.docker.engine import check_engine, check_image, connect
from tutor.machine.docker.image import ENV
from tutor.machine.docker.share import ContainerShare
from tutor.machine.docker.watch import FIRST, NETWORK, address_of, reach, start_watch, state_of
from tutor.machine.leftovers import MARK, end_leftovers
from tutor.machine.placement import GONE_TIMEOUT, POLL, Processes, lifeline
from tutor.machine.ports import check_port, free_port
from tutor.machine.programs import Programs
from tutor.machine.shares import Share, folder_name
from tutor.machine.status import UNKNOWN_SERVICE
from tutor.machine.supervisor import STATE, TEMPORARY

RELAY_SOCKET = "relay.sock"
PORT_TRIES = 3
"""How many free ports are tried: somebody may take one before the relay does."""
OWN_PORTS = "10000 30000"
"""For connections inside the network: none that is free on this machine and given to a service."""
RELAY_TIMEOUT = 5.0
"""Seconds in which the relay of ports answers."""
UP_TIMEOUT = 30.0
"""Seconds in which a container's supervisor answers."""
WEIGHT = 65_536
"""Of the CPU, 64 times the usual: what a server has, it has, whatever else runs on the machine."""
TOPMOST = {"systemd": "-.slice", "cgroupfs": "/"}
"""Where that weight counts against all others: below no group of an ordinary weight."""
SHARED_MEMORY = "256m"
"""For PostgreSQL's parallel queries."""
READ_ANYTHING = "DAC_READ_SEARCH"
"""What PostgreSQL keeps of root's rights, where we are root, to reach its data."""
USERS = "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"


class Containers:
    """One container per server, and the supervisor in each."""

    listen = "0.0.0.0"  # noqa: S104 - inside the network of the stack, which nobody else is in
    confines = True

    def __init__(self, folder: Path, workspace: Path | None = None) -> None:
        Programs.in_image = True
        self.folder = folder
        self.workspace = workspace
        """The learner's folder, which a shop may be served from."""
        self._outside = Processes(folder / "outside")
        self._clients: dict[str, ContainerClient] = {}
        """By server; the first container, which is none, under no name."""
        self._changing = threading.RLock()
        self._holds = False
        self._shares: list[Share] = []
        self._engine: Any = None

    # -- up and down -------------------------------------------------------------------------------

    def up(self) -> None:
        """Hold the stack: join its containers, or make the first after tidying up.

        Raises:
            TutorError: there is no engine or no image, or the container does not start.
        """
        if self._holds and self._answers(""):
            return
        self._forget()
        try:
            (self.folder / "logs").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(self.folder, error) from error
        with locked(self.folder / "up.lock"):
            self._outside.up()
            if not self._join("", hold=True):
                self._begin()
            self._holds = True
            self.clients()
            self._start_relay()

    def find(self) -> bool:
        """Join running containers without holding them; return whether there are any."""
        known = dict(self._clients)
        if not self._answers("") and not self._join("", hold=False):
            # Somebody may have joined meanwhile: a look must not end a hold.
            with self._changing:
                if self._clients == known:
                    self._forget()
            return False
        return self._outside.find()

    def release(self) -> None:
        """Let go; the containers end if nobody else holds them."""
        self._forget()
        self._outside.release()

    def shutdown(self) -> bool:
        """End the containers whoever holds them; return whether there were any."""
        there_were = self.find()
        if there_were:
            for client in [*self._containers(), self._outside.outside()]:
                with contextlib.suppress(SupervisorGone):
                    client.request("shutdown")
            self.wait_until_gone(GONE_TIMEOUT)
        self.release()
        self._outside.shutdown()
        if not there_were and not (self.folder / NETWORK).exists():
            return False
        return self._tidy_up() > 0 or there_were

    def wait_until_gone(self, timeout: float) -> bool:
        """Wait until the containers and their network are gone; return whether they are."""
        deadline = time.monotonic() + timeout
        while (self.folder / NETWORK).exists():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL)
        return self._outside.wait_until_gone(max(0.0, deadline - time.monotonic()))

    def _tidy_up(self) -> int:
        """Remove what is left of this stack; return how many things there were."""
        removed = owned.remove(self.engine, self.folder)
        for state in self._states():
            state.unlink(missing_ok=True)
        (self.folder / NETWORK).unlink(missing_ok=True)
        for place in self.folder.glob(f"servers/*/{TEMPORARY}"):
            shutil.rmtree(place, ignore_errors=True)
        # PostgreSQL's note of its pid, and what the end of the engine itself may have left.
        return removed + end_leftovers(self.folder)

    # -- supervisors -------------------------------------------------------------------------------

    def client(self, server: str) -> Client:
        """Return the supervisor of *server*, whose container is made when first asked for."""
        if "" not in self._clients:
            raise TutorError.named("stack_not_up")
        if server not in self._clients:
            with locked(self.folder / "up.lock"):
                # Others may have asked for it meanwhile: services start side by side.
                if server not in self._clients and not self._join(server, hold=self._holds):
                    self._make(server, network_mode=f"container:{self._name('')}")
        return self._clients[server]

    def clients(self) -> Sequence[Client]:
        """Return every supervisor, that of what runs outside included."""
        return [*self._containers(), self._outside.outside()]

    def outside(self) -> Client:
        """Return the supervisor on this machine."""
        return self._outside.outside()

    def _containers(self) -> list[ContainerClient]:
        """Return the supervisor of each container, those that another tutor made included."""
        for state in self._states():
            server = "" if state.parent.name == FIRST else state.parent.name
            if server not in self._clients:
                self._join(server, hold=self._holds)
        gone = [name for name in self._clients if name and not state_of(self.folder, name).exists()]
        for name in gone:
            self._clients.pop(name).release()
        if "" not in self._clients:
            raise TutorError.named("stack_not_up")
        return list(self._clients.values())

    def _states(self) -> list[Path]:
        return sorted(self.folder.glob(f"servers/*/{STATE}"))

    def _join(self, server: str, *, hold: bool) -> bool:
        """Talk to the supervisor of *server*, if there is one, and hold it if asked to.

        Who only talks to it does not take the place of somebody who came meanwhile, and holds it.
        """
        known = self._clients.get(server)
        client = reach(ContainerClient, self.folder, server)
        if client is None:
            return False
        if hold:
            try:
                client.hold()
            except TutorError:
                return False
        client.server = server
        with self._changing:
            before = self._clients.get(server)
            if hold or before is known:
                self._clients[server] = client
                if before is not None:
                    # Two may join at once; one hold is enough, and the last one is kept.
                    before.release()
        return True

    def _answers(self, server: str) -> bool:
        client = self._clients.get(server)
        if client is None:
            return False
        try:
            client.status()
        except TutorError:
            return False
        return True

    def _forget(self) -> None:
        with self._changing:
            for client in self._clients.values():
                client.release()
            self._clients.clear()
            self._shares.clear()
            self._holds = False

    # -- containers --------------------------------------------------------------------------------

    @property
    def engine(self) -> Any:
        """Return the engine.

        Raises:
            TutorError: there is none, in plain words.
        """
        if self._engine is None:
            self._engine = connect()
        return self._engine

    def _begin(self) -> None:
        """Make the network and the first container, after removing what is left of earlier ones."""
        check_engine(self.engine)
        check_image(self.engine)
        self._tidy_up()
        users = f"{USERS}levelup:x:{os.getuid()}:{os.getgid()}::/tmp:/bin/sh\n"
        (self.folder / "passwd").write_text(users if os.getuid() else USERS)
        with lifeline() as pipe:
            start_watch(self.folder, pipe)
            network = self.engine.networks.create(
                self._name("net"), driver="bridge", labels=owned.labels(self.folder, "")
            )
            write_json(self.folder / NETWORK, {})
            sysctls = {"net.ipv4.ip_local_port_range": OWN_PORTS}
            self._make("", network=network.name, sysctls=sysctls)

    def _name(self, server: str) -> str:
        return f"levelup-{folder_name(self.folder)}-{server or 'network'}"

    def _make(self, server: str, **options: Any) -> None:
        """Make the container of *server* and hold its supervisor.

        Raises:
            TutorError: it does not start.
        """
        from docker.errors import DockerException

        place = state_of(self.folder, server).parent
        place.mkdir(parents=True, exist_ok=True)
        folders = [self.folder, *([self.workspace] if self.workspace else [])]
        mounts = {str(f): {"bind": str(f), "mode": "rw"} for f in folders if f.is_dir()}
        mounts[str(self.folder / "passwd")] = {"bind": "/etc/passwd", "mode": "ro"}
        try:
            container = self.engine.containers.run(
                check_image(self.engine).id,
                [str(place), self.listen],
                name=self._name(server),
                labels=owned.labels(self.folder, server),
                detach=True,
                auto_remove=True,
                pid_mode="host",
                user=f"{os.getuid()}:{os.getgid()}",
                cap_add=[] if os.getuid() else [READ_ANYTHING],
                environment={MARK: str(self.folder)},
                volumes=mounts,
                shm_size=SHARED_MEMORY,
                cpu_shares=WEIGHT,
                cgroup_parent=TOPMOST.get(self.engine.info()["CgroupDriver"]),
                **options,
            )
        except DockerException as error:
            raise _does_not_start(server, str(error)) from error
        if not server:
            container.reload()
            (attached,) = container.attrs["NetworkSettings"]["Networks"].values()
            write_json(self.folder / NETWORK, {"address": attached["IPAddress"]})
        self._await(server, container)

    def _await(self, server: str, container: Any) -> None:
        deadline = time.monotonic() + UP_TIMEOUT
        while not self._join(server, hold=True):
            if time.monotonic() > deadline or not owned.containers(self.engine, self.folder):
                words = ""
                with contextlib.suppress(Exception):
                    words = container.logs(tail=5).decode(errors="replace").strip()
                raise _does_not_start(server, words)
            time.sleep(POLL)

    # -- what a service needs to know --------------------------------------------------------------

    def environment(self) -> dict[str, str]:
        """Return the environment of the image: nothing of ours."""
        return dict(ENV)

    def outside_environment(self) -> dict[str, str]:
        """Return the environment of processes on this machine."""
        return self._outside.outside_environment()

    def temporary(self, server: str) -> Path:
        """Return the folder that the supervisor in the container of *server* removes."""
        return state_of(self.folder, server).parent / TEMPORARY

    def port(self, wanted: int, service: str) -> int:
        """Return the *wanted* port, or a free one, led from loopback into the network.

        Raises:
            TutorError: somebody else has the wanted one.
        """
        for tries_left in reversed(range(PORT_TRIES)):
            port = wanted or free_port()
            said = self._lead(port)
            if said == "open":
                return port
            if wanted or not tries_left:
                check_port(port, service)
                break
        raise TutorError.named("port_not_opened", port=port, service=service, reason=said)

    def ports(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """Return a port for each service: the relay holds each from the moment it was chosen."""
        return {service: self.port(port, service) for service, port in wanted.items()}

    def _lead(self, port: int) -> str:
        """Have the relay lead *port* into the network; return what it says."""
        with _opened(self.folder) as folder, socket.socket(socket.AF_UNIX) as line:
            line.settimeout(RELAY_TIMEOUT)
            try:
                # By way of the open folder: the name of a socket may only have 107 bytes.
                line.connect(f"/proc/self/fd/{folder}/{RELAY_SOCKET}")
                line.sendall(f"{port}\n".encode())
                return line.recv(1000).decode().strip()
            except OSError as error:
                return f"the relay does not answer ({error.strerror or error})"

    def _start_relay(self) -> None:
        """Have the process that leads ports run, on this machine."""
        outside = self._outside.outside()
        if outside.status().services.get("relay", UNKNOWN_SERVICE).running:
            return
        argv = (sys.executable, "-IS", relay.__file__, RELAY_SOCKET, address_of(self.folder))
        env = {**os.environ, MARK: str(self.folder)}
        log = self.folder / "logs" / "relay.log"
        command = Command(name="relay", argv=argv, cwd=self.folder, env=env, log=log)
        with contextlib.suppress(TutorError):
            outside.request("stop", name="relay", grace=0)
        outside.request("start", spec=command.to_spec())
        deadline = time.monotonic() + RELAY_TIMEOUT
        while self._lead(free_port()) != "open":
            if time.monotonic() > deadline:
                raise TutorError.named("relay_silent", log=log)
            time.sleep(POLL)

    def share(self, server: str, site: str, cpu: float, memory: int | None, place: int) -> Share:
        """Return the limits of the container of *server*, not in force yet."""
        pid = self.client(server).status().pid
        share = ContainerShare(
            self.engine.containers.get(self._name(server)), pid, server, cpu, memory
        )
        self._shares.append(share)
        return share

    def on_servers(self) -> set[int]:
        """Return the processes in the containers of servers with limits."""
        return set().union(*(share.pids() for share in self._shares))

    def let_go(self, pids: Iterable[int]) -> None:
        """Do nothing: no process was moved."""


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """Open *folder* for the block."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)


def _does_not_start(server: str, words: str) -> TutorError:
    return TutorError.named("container_failed", server=server or "the network", said=words[-300:])

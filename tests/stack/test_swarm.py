"""The finished shop in a swarm of one machine: a new release, and no visitor notices."""

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from docker.errors import APIError

from tests.helpers import wait_until
from tests.stack.test_containers import engine
from tutor.base.paths import content_root
from tutor.machine.ports import LOOPBACK, free_port, is_answering

__all__ = ["engine"]

pytestmark = [pytest.mark.alone, pytest.mark.docker, pytest.mark.services, pytest.mark.load]

LABELS = ("edge", "web", "worker", "data")
UP = 180.0
"""Seconds in which the shop stands: made, migrated and filled."""
UPDATED = 180.0
BRIDGE = "docker_gwbridge"
"""What a swarm leaves behind when it is left."""
SECRET = secrets.token_hex()
LOCUSTFILE = content_root() / "levels" / "01_n_plus_one" / "locustfile.py"


@dataclass(frozen=True, slots=True)
class Palace:
    """The shop in the swarm."""

    engine: Any
    name: str
    port: int

    def deploy(self, release: str) -> None:
        """Deploy *release*, as the docs say."""
        done = subprocess.run(
            [
                *("docker", "stack", "deploy", "--resolve-image", "never"),
                *("-c", str(content_root() / "docker" / "swarm.yaml"), self.name),
            ],
            env={
                **os.environ,
                "SHOP_SECRET_KEY": SECRET,
                "DATABASE_PASSWORD": "namaste",
                "SHOP_RELEASE": release,
                "SHOP_PORT": str(self.port),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def tasks(self, service: str) -> set[str]:
        """Return the running tasks of a service."""
        found = self.service(service).tasks({"desired-state": "running"})
        return {task["ID"] for task in found if task["Status"]["State"] == "running"}

    def service(self, name: str) -> Any:
        """Return a service."""
        return self.engine.services.get(f"{self.name}_{name}")

    def is_updated(self) -> bool:
        """Return whether every replica of the shop is of the newest release."""
        state = self.service("web").attrs.get("UpdateStatus", {}).get("State")
        assert state != "rollback_completed", "the release was rolled back"
        return bool(state == "completed")

    def said(self) -> str:
        """Return what its services do now, for whoever has to find out why it failed."""
        command = ["docker", "stack", "ps", "--no-trunc", self.name]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    def remove(self) -> None:
        """Remove all of it."""
        subprocess.run(["docker", "stack", "rm", self.name], capture_output=True, check=True)
        label = f"com.docker.stack.namespace={self.name}"

        def is_gone() -> bool:
            boxes = self.engine.containers.list(
                all=True, filters={"label": label}, ignore_removed=True
            )
            for box in boxes:
                # What a job ran in stays, for its logs; the rest is being removed.
                if box.status == "exited":
                    with contextlib.suppress(APIError):
                        box.remove(force=True)
            return not boxes and not self.engine.networks.list(filters={"label": label})

        assert wait_until(is_gone, timeout=90), self.said()
        for volume in self.engine.volumes.list(filters={"label": label}):
            volume.remove()


@pytest.fixture
def palace(engine: Any) -> Iterator[Palace]:
    """The shop in a swarm of this machine alone; the engine is as it was afterwards."""
    if not shutil.which("docker"):
        pytest.skip("There is no `docker` command, only an engine.")
    if engine.info()["Swarm"]["LocalNodeState"] != "inactive":
        pytest.skip("This engine is in a swarm already, and it is not ours.")
    bridges = {one.id for one in engine.networks.list(names=[BRIDGE])}
    try:
        engine.swarm.init(advertise_addr=LOOPBACK, listen_addr=f"{LOOPBACK}:2377")
    except APIError as error:
        pytest.skip(f"No swarm can be made here: {error}")
    palace = Palace(engine, "palace-under-test", free_port())
    try:
        (node,) = engine.nodes.list()
        labels = {f"shop.{label}": "yes" for label in LABELS}
        node.update({**node.attrs["Spec"], "Labels": labels})
        palace.deploy("1")
        yield palace
    finally:
        try:
            palace.remove()
        finally:
            engine.swarm.leave(force=True)
            for one in engine.networks.list(names=[BRIDGE]):
                if one.id not in bridges:
                    one.remove()


def visitors(port: int, log: Path) -> "subprocess.Popen[bytes]":
    """Send visitors until they are stopped; each page must be whole."""
    command = ["-m", "locust", "-f", str(LOCUSTFILE), "-H", f"http://{LOOPBACK}:{port}"]
    options = ["--headless", "-u", "6", "-r", "6", "--only-summary", "--json", "-L", "WARNING"]
    with log.open("wb") as file:
        return subprocess.Popen([sys.executable, *command, *options], stdout=file)


def test_no_visitor_notices_a_new_release(palace: Palace, tmp_path: Path) -> None:
    """While every replica is replaced, nobody gets an error, a wrong page or half of one."""
    log = tmp_path / "visitors.json"

    def is_up() -> bool:
        return len(palace.tasks("web")) == 2 and is_answering(palace.port, "/")

    assert wait_until(is_up, timeout=UP), palace.said()
    before = palace.tasks("web")
    load = visitors(palace.port, log)
    try:
        time.sleep(3)  # visitors are in the shop: nothing tells when
        palace.deploy("2")
        assert wait_until(palace.is_updated, timeout=UPDATED), palace.said()
        time.sleep(3)  # and stay for a while
    finally:
        load.terminate()
        code = load.wait(30)

    rows = json.loads(log.read_text())
    failures = [row for row in rows if row["num_failures"]]
    assert not palace.tasks("web") & before
    assert sum(row["num_requests"] for row in rows) > 50
    assert (code, failures) == (0, [])

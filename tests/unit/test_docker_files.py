"""The compose file, the swarm file and what they run fit together."""

import re
from pathlib import Path

import pytest

from tutor import __version__
from tutor.base.paths import PACKAGE
from tutor.machine.docker.image import INSIDE
from tutor.probes import trace
from tutor.stack.services import black_hole_door, celery, gunicorn, mail

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
COMPOSE = (DOCKER / "compose.yaml").read_text()
SWARM = (DOCKER / "swarm.yaml").read_text()
SCRIPT = (DOCKER / "service").read_text()
DOCKERFILE = (DOCKER / "Dockerfile").read_text()
RUN_BY_PATH = (gunicorn.CONFIG, celery.MAIN, mail.SINK, trace.INSIDE, black_hole_door.__file__)
"""What services and probes run, each by the path of a file of ours."""
LABELS = {
    "nginx": "edge",
    "web": "web",
    "worker": "worker",
    "worker-slow": "worker",
    **dict.fromkeys(("prepare", "postgres", "pgbouncer", "memcached", "redis", "mail"), "data"),
}
"""Where each service of the swarm belongs."""


def services(text: str) -> dict[str, str]:
    """Return the lines of each service of a file."""
    part = text.partition("\nservices:\n")[2].partition("\nnetworks:")[0].partition("\nvolumes:")[0]
    blocks = re.split(r"^  ([\w-]+):\n", part, flags=re.MULTILINE)[1:]
    return dict(zip(blocks[::2], blocks[1::2], strict=True))


def block(text: str, anchor: str) -> str:
    """Return the lines of what has the name *anchor*."""
    return text.partition(f"&{anchor}\n")[2].partition("\n\n")[0]


def whole(lines: str) -> str:
    """Return *lines* of the swarm file with everything they take in."""
    named = re.findall(r"\*([\w-]+)", lines)
    return lines + "".join(whole(block(SWARM, one)) for one in named)


@pytest.mark.parametrize("text", [COMPOSE, SWARM], ids=["compose", "swarm"])
def test_every_service_can_be_run(text: str) -> None:
    """The image's script knows the command of each, and runs nothing that nobody asks for."""
    asked = set(re.findall(r"^    command: \[(.+)\]$", text, re.MULTILINE))
    known = {
        name
        for names in re.findall(r"^([a-z |-]+)\)$", SCRIPT, re.MULTILINE)
        for name in names.split(" | ")
    }

    assert asked
    assert asked <= known
    # Flower asks for no password: no place for it on a network.
    assert known - asked == (set() if text is COMPOSE else {"flower"})


def test_the_compose_file_binds_to_loopback_only() -> None:
    """Nobody else in the room is served by accident."""
    ports = re.findall(r"ports: \[(.+)\]", COMPOSE)

    assert ports
    assert all(port.startswith('"127.0.0.1:') for port in ports)


@pytest.mark.parametrize("text", [COMPOSE, SWARM], ids=["compose", "swarm"])
def test_the_files_name_the_image_of_this_version(text: str) -> None:
    """What `tutor image build` makes is what they run."""
    assert f"levelup:{__version__}" in text


def test_every_service_of_the_swarm_is_placed_by_a_label() -> None:
    """Each runs where its label is, by its own words or by those it shares with others."""
    found = {
        name: re.findall(r"node\.labels\.shop\.(\w+) == yes", whole(lines))
        for name, lines in services(SWARM).items()
    }

    assert {name: [label] for name, label in LABELS.items()} == found


def test_a_new_release_leaves_the_data_alone() -> None:
    """What changes with a release is seen by the shop's own processes only."""
    seen = {name for name, lines in services(SWARM).items() if "SHOP_RELEASE" in whole(lines)}

    assert seen == {"web", "worker", "worker-slow"}


def test_only_the_front_door_of_the_swarm_is_open() -> None:
    """Databases, queues and mails stay on the stack's own network, and no password is ours."""
    open_ones = [name for name, lines in services(SWARM).items() if "published:" in lines]

    assert open_ones == ["nginx"]
    assert "ports:" not in SWARM.partition("\nservices:\n")[0]
    assert re.findall(r"(?:PASSWORD|SECRET_KEY): (?!\$\{\w+:\?)", SWARM) == []


def test_a_release_starts_before_the_old_one_ends() -> None:
    """The new replica answers first; the old one serves on until nobody calls it any more."""
    web = services(SWARM)["web"]

    assert "order: start-first" in web
    assert "healthcheck:" in web
    drain = int(re.findall(r'DRAIN: "(\d+)"', web)[0])
    grace = int(re.findall(r"stop_grace_period: (\d+)s", web)[0])
    asked_every = int(re.findall(r"resolver \S+ valid=(\d+)s", SCRIPT)[0])
    assert asked_every < drain < grace


def test_the_docs_name_the_locust_that_we_have() -> None:
    """A worker of another version may not understand its master."""
    pinned = re.findall(r"^locust==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)

    assert f"pip install locust=={pinned[0]}" in (ROOT / "docs" / "many-machines.md").read_text()


def scripts() -> set[str]:
    """Return each script of the tutor that services and probes run, by its path in there."""
    run = {Path(path).relative_to(PACKAGE).as_posix() for path in RUN_BY_PATH}
    for folder in ("stack", "probes"):
        for path in (PACKAGE / folder).rglob("*.py"):
            if '\nif __name__ == "__main__":' in path.read_text():
                run.add(path.relative_to(PACKAGE).as_posix())
    return run


def test_every_script_that_is_run_by_its_path_is_in_the_image() -> None:
    """In a container, nothing is run that is not there."""
    final = DOCKERFILE.rpartition("\nFROM ")[2].replace("\\\n", " ")
    copied = {
        name
        for line in re.findall(r"^COPY (?!--)(.+)$", final, re.MULTILINE)
        for name in line.split()[:-1]
    }

    def is_copied(script: str) -> bool:
        return any(f"tutor/{script}" == c or f"tutor/{script}".startswith(c) for c in copied)

    assert scripts() <= set(INSIDE)
    assert [script for script in INSIDE if not is_copied(script)] == []

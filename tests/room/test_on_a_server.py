"""The files with which a room is run on a server fit together, and to the tutor that they run."""

import json
import re
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from tests.room.house import House
from tutor import __version__
from tutor.cli.room.open import open_room

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker" / "room.yaml").read_text(encoding="utf-8")
BUILD = (ROOT / "docker" / "room.Dockerfile").read_text(encoding="utf-8")
ROOM, _, DATABASE = COMPOSE.partition("\n  database:\n")


def value(pattern: str, text: str = ROOM) -> str:
    """Return what *pattern* finds in *text*, where it stands once."""
    (found,) = re.findall(pattern, text, re.MULTILINE)
    return str(found)


def test_one_door_is_open_and_only_to_this_machine() -> None:
    """The proxy's; the database has none."""
    ports = re.findall(r"^    ports: (.+)$", COMPOSE, re.MULTILINE)

    assert ports == ['["127.0.0.1:${LEVELUP_ROOM_PORT:-8000}:8000"]']


def test_no_password_is_ours() -> None:
    """Whoever forgets to choose one, or to name the address, is told so before anything starts."""
    asked = re.findall(r"^      (\w*(?:PASSWORD|ADDRESS)): (.+)$", COMPOSE, re.MULTILINE)

    assert {name for name, _ in asked} == {
        "PGPASSWORD",
        "POSTGRES_PASSWORD",
        "LEVELUP_ROOM_ADDRESS",
    }
    assert all(re.fullmatch(r"\$\{\w+:\?.+\}", told) for _, told in asked)
    assert ":" not in value(r"DATABASE_URL: postgresql://(.+)@")


def test_the_proxy_s_word_on_who_comes_is_believed_and_nobody_else_s() -> None:
    """Through the port comes this machine, by the first address of the network inside."""
    gateway = value(r"gateway: (\S+)", DATABASE)

    assert value(r"LEVELUP_ROOM_PROXY: (\S+)") == gateway
    assert ip_address(gateway) in ip_network(value(r"subnet: (\S+)", DATABASE))


def test_the_command_is_one_that_the_tutor_knows() -> None:
    """In the file and in the image; it listens where the port leads."""
    command = [word.strip(' "') for word in value(r"command: \[(.+)\]").split(",")]
    options = open_room.make_context("open", command[3:]).params

    assert command == json.loads(value(r"^CMD (\[.+\])$", BUILD))
    assert command[:3] == ["tutor", "room", "open"]
    assert (options["lan"], options["port"], options["keep"]) == (True, 8000, True)


def test_whoever_looks_whether_it_is_well_is_told_so(house: House) -> None:
    """From inside, where nobody calls it by its name; and of a room that is shut, that it is not."""
    probe = value(r'test: \[CMD, python, -c, "(.+)"\]')
    here = probe.replace(":8000/", f":{house.port}/")
    exec(here)
    house.close()

    assert here != probe
    with pytest.raises(OSError, match="refused"):
        exec(here)


def test_what_must_outlive_a_new_image_is_in_a_volume() -> None:
    """Keys are made with a file of the tutor's own folder; the rooms are in the database."""
    kept = re.findall(r"volumes: \[(\w+):(\S+)\]", COMPOSE)
    declared = COMPOSE.partition("\nvolumes:\n")[2].replace(":", "").split()

    assert dict(kept) == {
        "keys": value(r"LEVELUP_HOME=(\S+)", BUILD),
        "rooms": "/var/lib/postgresql/data",
    }
    assert sorted(dict(kept)) == sorted(declared)


@pytest.mark.parametrize("package", ["uvicorn", "uvloop", "httptools", "segno"])
def test_the_image_has_the_versions_that_are_tested(package: str) -> None:
    """Those that only the board needs stand in no file of a player's."""
    tested = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")

    assert value(rf" {package}==(\S+)", BUILD) == value(rf"^{package}==(\S+)", tested)


def test_the_image_is_of_this_version_and_made_of_what_the_build_may_see() -> None:
    """Whoever builds it has all of that in the context."""
    seen = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    copied = {name.rstrip("/") for name in re.findall(r"^COPY (\S+) ", BUILD, re.MULTILINE)}

    assert f"levelup-room:{__version__}" in ROOM
    assert (ROOT / value(r"dockerfile: (\S+)")).is_file()
    assert copied <= set(seen)

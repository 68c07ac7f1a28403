"""A full disk is named as the cause, whatever failed for want of room."""

import errno
from pathlib import Path

import psycopg
import pytest

from tests.helpers import fill_disk
from tutor.base.errors import Cancelled
from tutor.machine.command import Command
from tutor.machine.disk import DiskFull, check_room
from tutor.stack.full_disk import blaming_the_disk
from tutor.stack.stack import ServiceFailed


def test_room_is_measured_on_the_disk_itself(small_disk: Path) -> None:
    """Enough is enough; a full disk is full."""
    check_room(small_disk, 0)
    fill_disk(small_disk)

    with pytest.raises(DiskFull, match="The disk is full: 0 MB"):
        check_room(small_disk, 1)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        psycopg.errors.DiskFull("could not extend file"),
        ServiceFailed(
            "service_ended",
            Command("postgres-initdb", (), Path("/"), {}, Path("log")),
            "FATAL: could not write to file: No space left on device\ninitdb: removing contents",
            code=1,
            exit_code=1,
        ),
    ],
    ids=["kernel", "quota", "postgres", "log"],
)
def test_a_disk_that_was_full_is_blamed_though_it_has_room_again(
    tmp_path: Path, error: Exception
) -> None:
    """A failed CREATE DATABASE gives its room back before anybody can look."""
    with pytest.raises(DiskFull, match="did not fit") as caught, blaming_the_disk(tmp_path, 0):
        raise error

    assert caught.value.__cause__ is error
    assert str(tmp_path) in caught.value.message
    assert "LEVELUP_HOME" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "error", [ValueError("No space left on device"), OSError(errno.EACCES, "denied"), Cancelled()]
)
def test_a_disk_with_room_is_blamed_for_nothing_else(tmp_path: Path, error: Exception) -> None:
    """What failed for another reason stays what it was."""
    with pytest.raises(type(error)) as caught, blaming_the_disk(tmp_path, 0):
        raise error

    assert caught.value is error


def test_a_full_disk_is_blamed_whatever_failed_on_it(small_disk: Path) -> None:
    """With nothing left, no other reason is worth a search; a request to stop is not a failure."""
    fill_disk(small_disk)

    with pytest.raises(DiskFull, match="0 MB are left"), blaming_the_disk(small_disk, 1):
        raise ValueError
    with pytest.raises(Cancelled), blaming_the_disk(small_disk, 1):
        raise Cancelled

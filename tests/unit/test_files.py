"""A file is replaced in one step, or not at all."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.helpers import fill_disk, wait_until
from tutor.base.cancel import Cancel
from tutor.base.errors import Cancelled, TutorError
from tutor.base.files import remove, whole_lines, write_atomic, write_json
from tutor.base.locks import locked


def names(folder: Path) -> list[str]:
    """Return what lies in *folder*."""
    return sorted(path.name for path in folder.iterdir())


def test_writing_makes_the_folder_and_replaces_the_file(tmp_path: Path) -> None:
    """The new content is there, with the mode asked for, and nothing beside it."""
    path = tmp_path / "a" / "b.txt"

    write_atomic(path, b"old")
    write_atomic(path, b"new", mode=0o755)

    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o755
    assert names(path.parent) == ["b.txt"]


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    """While a file is replaced again and again, it is whole at every moment."""
    path = tmp_path / "file"
    write_atomic(path, b"a" * 200_000)
    code = (
        "import sys; from pathlib import Path; from tutor.base.files import write_atomic\n"
        "for n in range(200): write_atomic(Path(sys.argv[1]), bytes([97 + n % 2]) * 200_000)"
    )

    with subprocess.Popen([sys.executable, "-c", code, str(path)]) as writer:
        seen = set()
        while writer.poll() is None:
            data = path.read_bytes()
            assert len(data) == 200_000
            seen |= set(data)

    assert seen == {97, 98}


def test_a_full_disk_leaves_the_old_file_whole(small_disk: Path) -> None:
    """The error names the disk; the old content stays and no half-written file is left."""
    path = small_disk / "progress.json"
    write_json(path, {"medal": "gold"})
    before = path.read_bytes()
    fill_disk(small_disk)

    with pytest.raises(TutorError, match="The disk is full") as caught:
        write_json(path, {"medal": "x" * 100_000})

    assert str(path) in caught.value.message
    assert "Free some space" in caught.value.hint
    assert path.read_bytes() == before
    assert names(small_disk) == ["ballast", "progress.json"]


@pytest.mark.parametrize("path", ["file", "folder/file"])
def test_a_read_only_folder_is_explained(read_only_disk: Path, path: str) -> None:
    """The error names the file and says what can be done."""
    with pytest.raises(TutorError, match="cannot be written") as caught:
        write_atomic(read_only_disk / path, b"data")

    assert str(read_only_disk) in caught.value.message
    assert "LEVELUP_HOME" in caught.value.hint


def test_a_lock_in_a_read_only_folder_is_explained(read_only_disk: Path) -> None:
    """Waiting for a lock that can never be had would hang for ever."""
    with (
        pytest.raises(TutorError, match="cannot be written"),
        locked(read_only_disk / "lock"),
    ):
        pytest.fail("the block must not run")


def test_removing_what_is_gone_is_fine_and_what_must_stay_is_explained(
    tmp_path: Path, read_only_disk: Path
) -> None:
    """Only a folder that cannot be written is an error."""
    remove(tmp_path / "never")

    subprocess.run(["mount", "-o", "remount,rw", str(read_only_disk)], check=True)
    (read_only_disk / "file").touch()
    subprocess.run(["mount", "-o", "remount,ro", str(read_only_disk)], check=True)
    with pytest.raises(TutorError, match="cannot be written"):
        remove(read_only_disk / "file")


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    """The kernel frees it: nobody waits for the dead."""
    path = tmp_path / "lock"
    code = (
        "import sys; from pathlib import Path; from tutor.base.locks import locked\n"
        "with locked(Path(sys.argv[1])): print('have it', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"have it\n"
        waiter = subprocess.Popen([sys.executable, "-c", code, str(path)], stdin=subprocess.DEVNULL)
        assert wait_until(path.exists)
        assert waiter.poll() is None

        holder.kill()

        assert waiter.wait(timeout=20) == 0


def test_who_waits_for_a_lock_can_be_told_to_stop(tmp_path: Path) -> None:
    """Whoever has it keeps it, and the next one gets it."""
    path, cancel = tmp_path / "folder" / "lock", Cancel()
    with locked(path, Cancel()):
        threading.Timer(0.1, cancel.set).start()
        with pytest.raises(Cancelled), locked(path, cancel):
            pytest.fail("the block must not run")

    with locked(path, Cancel()):
        pass


def test_a_line_that_is_still_being_written_is_not_read(tmp_path: Path) -> None:
    """While lines are appended, all that is read of them is whole: readers get pages of memory."""
    path = tmp_path / "mails.jsonl"
    path.write_bytes(b"")
    code = (
        "import sys\n"
        "for n in range(3000):\n"
        "    with open(sys.argv[1], 'a') as file: file.write('a' * (900 + n % 700) + 'b\\n')"
    )

    with subprocess.Popen([sys.executable, "-c", code, str(path)]) as writer:
        while writer.poll() is None:
            lines = whole_lines(path.read_bytes())
            assert all(line.endswith(b"b") for line in lines)

    assert len(whole_lines(path.read_bytes())) == 3000


def test_the_end_of_half_a_line_is_waited_for() -> None:
    """The lines before it are there; without any end there is none."""
    assert whole_lines(b'{"to": 1}\n{"to": 2}\n{"to') == [b'{"to": 1}', b'{"to": 2}']
    assert whole_lines(b'{"to') == []
    assert whole_lines(b"") == []

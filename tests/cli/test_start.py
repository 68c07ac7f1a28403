"""`tutor start` where there are no screens: what it offers, and what it chooses by itself."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import wait_until
from tests.real import Tutor
from tutor.words.texts import Texts

EN = Texts("en")


def test_a_pipe_plays_the_plain_game_to_the_end_of_its_input(cold_tutor: Tutor) -> None:
    """What was typed stands in the transcript; exit code 0, nothing on stderr."""
    done = cold_tutor("start", "--plain", stdin="hint\nquit\nhint\n")

    assert (done.code, done.err) == (0, "")
    assert "> hint\nHint 1 of 4\n" in done.out.replace(
        "[Enter: continue with level 1, The chatty front page] ", ""
    )
    assert "Hint 2" not in done.out
    assert "\x1b" not in done.out


def test_without_a_terminal_the_plain_game_is_offered(cold_tutor: Tutor) -> None:
    """A pipe may be an accident: it is not taken for a wish to play."""
    done = cold_tutor("start")

    assert (done.code, done.out) == (2, "")
    assert "`tutor start --plain`" in done.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--plain", "--web"), "exclude each other"),
        (("--port", "8000"), "--port belongs to --web"),
        (("--web", "--port", "99999"), "Port 99999 cannot be used"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    cold_tutor: Tutor, words: tuple[str, ...], why: str
) -> None:
    """Before anything is started."""
    done = cold_tutor("start", *words)

    assert done.code in (1, 2)
    assert done.out == ""
    assert why in done.err


def test_a_second_game_on_a_folder_hears_of_the_first(cold_tutor: Tutor) -> None:
    """Before it begins; of one that was killed nobody speaks."""
    first = subprocess.Popen(
        [sys.executable, "-m", "tutor", "start", "--plain"],
        cwd=cold_tutor.folder,
        env=cold_tutor.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    with first:
        home = Path(cold_tutor.env["LEVELUP_HOME"])
        assert wait_until(lambda: any(lock.stat().st_size for lock in home.rglob("game.lock")))
        second = cold_tutor("start", "--plain", stdin="quit\n")
        first.kill()
    third = cold_tutor("start", "--plain", stdin="quit\n")

    assert second.code == 0
    assert f"`tutor start --plain`, process {first.pid}" in " ".join(second.err.split())
    assert (third.code, third.err) == (0, "")


def test_a_dumb_terminal_gets_the_plain_game(cold_tutor: Tutor) -> None:
    """It cannot place its cursor; nothing that is written to it tries to."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tutor", "start"],
        cwd=cold_tutor.folder,
        env=cold_tutor.env | {"TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    os.write(ours, b"quit\n")
    said = b""
    try:
        while part := os.read(ours, 4096):
            said += part
    except OSError:
        # Linux says so when the last one at the other end has gone.
        pass
    os.close(ours)

    assert wait_until(lambda: process.poll() is not None)
    assert process.returncode == 0
    assert EN("plain.goodbye").encode() in said
    assert b"\x1b" not in said


def test_a_missing_server_for_browsers_is_named_with_its_command(cold_tutor: Tutor) -> None:
    """One command, ready to be copied."""
    code = (
        "import sys; sys.modules['textual_serve'] = None; sys.argv = ['tutor', 'start', '--web'];"
        "import importlib.util as u; find = u.find_spec;"
        "u.find_spec = lambda name, *a: None if name == 'textual_serve' else find(name, *a);"
        "from tutor.cli import main; main()"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cold_tutor.folder,
        env=cold_tutor.env,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert f"{sys.executable} -m pip install 'textual-serve" in done.stderr

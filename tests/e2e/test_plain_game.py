"""The plain game with the real shop: level 1 won through a pipe, and a run stopped with Ctrl-C."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.e2e.terminal import mending_editor
from tests.fixtures import OwnLevel
from tests.helpers import wait_until
from tests.real import Running, Tutor, assert_nothing_left
from tutor.curriculum import load_levels
from tutor.words.texts import Texts

pytestmark = [pytest.mark.by_date(2), pytest.mark.services, pytest.mark.load, pytest.mark.alone]
EN = Texts("en")
LEVEL = load_levels()[0]


def test_level_1_is_won_through_a_pipe(tutor: Tutor) -> None:
    """Commands go in, lines come out: lost, mended in the editor, won; the end of input ends it."""
    mending_editor(tutor, LEVEL)
    typed = "play 1\nbriefing\ncheck\nedit views.py\ndiff\nverify\nlesson\njournal\n"

    done = tutor("start", "--plain", stdin=typed)

    assert (done.code, done.err) == (0, "")
    if tutor.outcomes()[0] == "cannot_tell":
        pytest.skip("this machine is too busy to be told from itself")
    assert "Verdict: Not yet" in done.said
    assert "Seen: One statement came 200 times" in done.said
    assert "Checking" in done.said
    assert "Verdict: Quick check passed" in done.said
    assert "+++ b/catalog/querysets.py" in done.out
    assert "Verdict: Won, gold" in done.said
    assert "What happened" in done.out
    assert done.out.rstrip().endswith(EN("plain.goodbye"))
    assert tutor.outcomes() == ["won", "won", "not_yet"]
    assert tutor.progress.medal == "gold"
    assert_nothing_left(tutor.folder)


class Typed(Running):
    """The plain game beside the test, which types into it."""

    def type(self, line: str) -> None:
        """Type one line."""
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()


@pytest.fixture
def plain(cold_tutor: Tutor, own_level: OwnLevel) -> Iterator[Typed]:
    """The plain game in a level whose check lasts until it is told to go on."""
    own_level(rest_in="check")
    process = subprocess.Popen(
        [sys.executable, "-m", "tutor", "start", "--plain"],
        cwd=cold_tutor.folder,
        env=cold_tutor.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    game = Typed(process)
    yield game
    if process.poll() is None:
        process.kill()
    game.end()
    assert process.stdin
    process.stdin.close()


def test_ctrl_c_stops_the_run_and_the_game_goes_on(plain: Typed, cold_tutor: Tutor) -> None:
    """The services of the run are gone, the next command is obeyed, and quit ends with 0."""
    plain.type("verify")
    plain.wait_for("Resting a while")

    plain.signal(signal.SIGINT)
    plain.wait_for(EN("tui.run.cancelled"))
    plain.type("where")
    plain.wait_for("So far")
    plain.type("quit")
    code = plain.end()

    assert code == 0
    assert cold_tutor.outcomes() == []
    assert_nothing_left(cold_tutor.folder, ports=plain.ports)


@pytest.mark.parametrize("ending", ["end of input", "SIGKILL", "SIGHUP"])
def test_however_it_ends_nothing_is_left(plain: Typed, cold_tutor: Tutor, ending: str) -> None:
    """In the middle of a run, or with the services of the last one still up."""
    plain.type("check")
    plain.wait_for("Resting a while")
    if ending == "end of input":
        (cold_tutor.folder / "pack/90_own_level/rest_in_check").unlink()
        assert plain.process.stdin
        plain.process.stdin.close()
        assert plain.end() == 0
    else:
        os.kill(plain.process.pid, getattr(signal, ending))
        assert wait_until(lambda: plain.process.poll() is not None)

    assert_nothing_left(cold_tutor.folder, ports=plain.ports)

"""Two tutors at once: beside each other in two workspaces, one after the other in the same."""

import signal
from pathlib import Path

import pytest

from tests.fixtures import OwnLevel
from tests.real import Tutor, assert_nothing_left, copy_template

pytestmark = [pytest.mark.services, pytest.mark.load]
RESTING = "Resting a while"


@pytest.mark.long
def test_two_workspaces_are_judged_each_for_itself(
    tutor: Tutor, template: Path, tmp_path: Path
) -> None:
    """One home, two shops, two full runs at the same time: both verdicts are right."""
    other = Tutor(tmp_path, tutor.home, tmp_path / "second_shop")
    other.enter(variant="fixed")
    copy_template(template, other.stack_folder)

    with tutor.running("verify", "--quick") as lost, other.running("verify") as won:
        codes = lost.end(), won.end()

    assert codes[0] == 3, lost.said
    # On a machine this busy "cannot tell" is an honest answer; a wrong one is not.
    assert codes[1] in (0, 4), won.said
    assert "1292" in lost.said
    assert "1292" not in won.said
    assert lost.ports.isdisjoint(won.ports)
    assert sorted(tutor.outcomes()) in (["not_yet", "won"], ["cannot_tell", "not_yet"])
    assert_nothing_left(tmp_path, ports=lost.ports | won.ports)


def test_the_second_in_one_workspace_waits_for_the_first_and_says_so(
    tutor: Tutor, own_level: OwnLevel
) -> None:
    """It names command, process and since when; then both are judged, one after the other."""
    sign = own_level(rest_in="check") / "rest_in_check"

    with tutor.running("verify") as first:
        first.wait_for(RESTING)
        with tutor.running("verify", "--quick", "--json") as second:
            told = second.wait_for("Waiting for")
            sign.unlink()
            codes = first.end(), second.end()

    assert f"`tutor verify`, process {first.process.pid}" in told
    assert codes == (0, 0), first.said + second.said
    assert tutor.outcomes() == ["won", "won"]
    assert_nothing_left(tutor.folder, ports=first.ports | second.ports)


def test_who_waits_for_another_can_give_up(tutor: Tutor, own_level: OwnLevel) -> None:
    """Ctrl-C ends the waiting, and nothing of the run that is on."""
    sign = own_level(rest_in="check") / "rest_in_check"

    with tutor.running("verify") as first:
        first.wait_for(RESTING)
        with tutor.running("verify") as second:
            second.wait_for("Ctrl-C gives up waiting")
            second.signal(signal.SIGINT)
            given_up = second.end()
        sign.unlink()
        code = first.end()

    assert (code, given_up) == (0, 130), first.said
    assert tutor.outcomes() == ["won"]
    assert_nothing_left(tutor.folder, ports=first.ports)


def test_the_second_given_up_does_not_end_the_first(tutor: Tutor, own_level: OwnLevel) -> None:
    """Two commands share a stack; the one that leaves takes nothing with it."""
    sign = own_level(rest_in="check") / "rest_in_check"

    with tutor.running("verify") as run, tutor.running("stack", "up") as up:
        run.wait_for(RESTING)
        up.wait_for("Ctrl-C")
        up.signal(signal.SIGINT)
        up_code = up.end()
        sign.unlink()
        code = run.end()

    assert up_code == 130
    assert code == 0, run.said
    assert_nothing_left(tutor.folder, ports=run.ports | up.ports)


def test_two_that_start_at_once_share_one_stack(cold_tutor: Tutor) -> None:
    """From nothing: one makes the data, the other waits for it, and both get an answer."""
    tutor = cold_tutor

    with tutor.running("stack", "up") as first, tutor.running("verify", "--quick") as second:
        first.wait_for("Ctrl-C")
        code = second.end()
        first.signal(signal.SIGINT)
        first_code = first.end()

    assert code == 3, second.said
    assert "1292" in second.said
    assert first_code == 130
    assert_nothing_left(tutor.folder, ports=first.ports | second.ports)

"""What runs beside a measurement cannot fail unseen, wait for ever, or keep the rest from ending."""

import threading
from pathlib import Path

import pytest

from tests.helpers import wait_until
from tutor.base.background import Background
from tutor.base.cancel import Cancel
from tutor.base.cleanup import CleanUp
from tutor.base.errors import Cancelled, TutorError
from tutor.base.start_barrier import StartBarrier, at_once
from tutor.words.texts import Texts


def fails(over: threading.Event) -> None:
    """Look once, and break."""
    raise KeyError("pg_stat_activity")


class TestBackground:
    """A thread whose failure is the block's."""

    def test_what_failed_in_the_middle_is_raised_at_the_end(self) -> None:
        """By name, and in both languages."""
        with (
            pytest.raises(TutorError, match=r"sessions.*KeyError") as caught,
            Background("sessions", fails) as watch,
        ):
            assert wait_until(lambda: watch.failure)

        english, spanish = (Texts(language).error(caught.value) for language in ("en", "es"))
        assert "does not count" in english[1]
        assert "sessions" in spanish[0]
        assert spanish != english

    def test_whoever_needs_to_know_earlier_asks(self) -> None:
        """Nobody measures on for minutes what cannot be judged."""
        watch = Background("sessions", fails)
        watch._run()

        with pytest.raises(TutorError, match="sessions"):
            watch.check()

    def test_a_failure_that_has_a_name_keeps_it(self) -> None:
        """The stack was stopped: that is what is said."""

        def stopped(over: threading.Event) -> None:
            raise TutorError.named("stack_stopped")

        with pytest.raises(TutorError) as caught, Background("monitor", stopped) as watch:
            assert wait_until(lambda: watch.failure)

        assert caught.value.said["id"] == "stack_stopped"

    def test_an_error_of_the_block_goes_first(self) -> None:
        """And the other one is noted on it."""
        mine = ValueError("mine")

        with (  # noqa: PT012 - the other one has failed before ours is raised
            pytest.raises(ValueError, match="mine") as caught,
            Background("sessions", fails) as watch,
        ):
            assert wait_until(lambda: watch.failure)
            raise mine

        assert "sessions failed" in caught.value.__notes__[0]

    def test_work_that_does_not_end_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A join that gives up in silence would leave it at work beside the next measurement."""
        monkeypatch.setattr("tutor.base.background.END", 0.05)
        free = threading.Event()

        with pytest.raises(TutorError) as caught, Background("deaf", lambda over: free.wait(10)):
            pass
        free.set()

        assert caught.value.said["id"] == "watcher_stuck"


class TestTogether:
    """A barrier that ends with the run."""

    def test_all_act_at_the_same_moment(self) -> None:
        """None before the last has come."""
        inside: list[int] = []
        seen: list[int] = []
        lock = threading.Lock()
        everybody = threading.Barrier(36, timeout=10)

        def act() -> None:
            with lock:
                inside.append(1)
            everybody.wait()
            seen.append(len(inside))

        at_once([act] * 36, Cancel(), patience=10)

        assert seen == [36] * 36

    def test_too_few_are_not_waited_for_for_ever(self) -> None:
        """Fewer products than readers: said with both numbers."""
        barrier = StartBarrier(2, Cancel(), patience=0.05)

        with pytest.raises(TutorError, match="1 of 2"):
            barrier.wait()

    def test_a_request_to_stop_ends_the_wait(self) -> None:
        """At once, whoever is missing."""
        cancel = Cancel()
        threading.Timer(0.05, cancel.set).start()

        with pytest.raises(Cancelled):
            StartBarrier(2, cancel, patience=60).wait()

    def test_a_request_to_stop_ends_the_crowd(self) -> None:
        """Though one of them hangs."""
        cancel, free = Cancel(), threading.Event()
        threading.Timer(0.05, cancel.set).start()

        with pytest.raises(Cancelled):
            at_once([lambda: None, lambda: free.wait(30) and None], cancel, patience=60)
        free.set()

    def test_what_one_raises_reaches_us(self) -> None:
        """A thread's traceback on standard error is nobody's verdict."""

        def act() -> None:
            raise TutorError.named("no_service", service="redis")

        with pytest.raises(TutorError, match="redis"):
            at_once([act, lambda: None], Cancel(), patience=5)

    def test_who_never_comes_back_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """With how many they are."""
        monkeypatch.setattr("tutor.base.start_barrier.COMING", 0.05)
        free = threading.Event()

        with pytest.raises(TutorError, match="1 of 2"):
            at_once([lambda: None, lambda: free.wait(30) and None], Cancel(), patience=0.05)
        free.set()


class TestCleanUp:
    """Every step is taken."""

    def test_a_step_that_fails_keeps_nobody_from_the_next(self, tmp_path: Path) -> None:
        """And is in the log, with its traceback."""
        taken: list[str] = []
        clean_up = CleanUp(tmp_path / "tutor.log")

        clean_up.step("stop the first", lambda: {}["first"])
        clean_up.step("stop the second", lambda: taken.append("second"))

        assert taken == ["second"]
        assert [type(error) for error in clean_up.failures] == [KeyError]
        log = (tmp_path / "tutor.log").read_text()
        assert "could not stop the first" in log
        assert "KeyError: 'first'" in log

    def test_a_log_that_cannot_be_written_is_no_reason_either(self, tmp_path: Path) -> None:
        """The disk may be full: that is often why."""
        clean_up = CleanUp(tmp_path / "missing" / "tutor.log")

        clean_up.step("stop it", lambda: {}["first"])

        assert clean_up.failures

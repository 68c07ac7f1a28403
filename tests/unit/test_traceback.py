"""From a log to the line of the shop that raised the last exception."""

from pathlib import Path

import pytest

from tutor.stack.traceback import last_crash

SHOP = Path("/data/stacks/1/shops/mine")
KNOWN = Path("/home/betty/bettys_shop")
RAISED = f"""\
Traceback (most recent call last):
  File "/venv/site-packages/django/core/handlers/exception.py", line 55, in inner
    response = get_response(request)
  File "{SHOP}/catalog/views.py", line 31, in front
    products = live_products()
  File "{SHOP}/catalog/querysets.py", line 12, in live_products
    return 1 / 0
  File "/venv/site-packages/django/utils/functional.py", line 9, in __get__
    return self.func(instance)
ZeroDivisionError: division by zero
"""
SYNTAX = f"""\
Traceback (most recent call last):
  File "<frozen importlib._bootstrap>", line 241, in _call_with_frames_removed
  File "{SHOP}/catalog/views.py", line 7
    def front(request:
             ^
SyntaxError: '(' was never closed
"""


def test_the_innermost_line_of_the_shop_is_named() -> None:
    """Not Django's line that raised, but the learner's that led there."""
    crash = last_crash(f"[INFO] Booting\n{RAISED}[INFO] next\n", SHOP, KNOWN)

    assert crash is not None
    assert (crash.file, crash.line) == ("catalog/querysets.py", 12)
    assert crash.error == "ZeroDivisionError: division by zero"
    assert "[INFO]" not in crash.tail


def test_a_syntax_error_is_where_python_says() -> None:
    """Its frame has no function's name."""
    crash = last_crash(SYNTAX, SHOP, KNOWN)

    assert crash is not None
    assert (crash.file, crash.line) == ("catalog/views.py", 7)
    assert crash.error == "SyntaxError: '(' was never closed"


def test_the_last_exception_counts() -> None:
    """Also where it was raised while another one was handled."""
    chained = f"{SYNTAX}\nDuring handling of the above exception, another occurred:\n\n{RAISED}"

    crash = last_crash(chained, SHOP, KNOWN)

    assert crash is not None
    assert crash.error.startswith("ZeroDivisionError")


def test_what_gunicorn_says_at_its_own_end_is_no_cause() -> None:
    """It ends by an exception of its own when a worker could not load the shop."""
    halted = """\
Traceback (most recent call last):
  File "/venv/site-packages/gunicorn/arbiter.py", line 640, in reap_workers
    raise HaltServer(reason, self.WORKER_BOOT_ERROR)
gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>
"""
    crash = last_crash(f"{RAISED}[ERROR] Worker (pid:7) exited with code 3.\n{halted}", SHOP, KNOWN)

    assert crash is not None
    assert crash.error == "ZeroDivisionError: division by zero"
    assert last_crash(halted, SHOP, KNOWN) is None


@pytest.mark.parametrize("place", range(1, RAISED.count("\n")))
def test_what_another_process_writes_in_between_is_no_part_of_it(place: int) -> None:
    """Workers share a log, and two may end in the same moment."""
    lines = RAISED.splitlines(keepends=True)
    lines.insert(place, "[2026-11-30 01:30:53 +0000] [2989] [INFO] Worker exiting (pid: 2989)\n")

    crash = last_crash("".join(lines), SHOP, KNOWN)

    assert crash is not None
    assert (crash.file, crash.line) == ("catalog/querysets.py", 12)
    assert crash.error == "ZeroDivisionError: division by zero"
    assert "[INFO]" not in crash.tail


def test_a_whole_traceback_says_more_than_one_that_was_cut() -> None:
    """The later one was still being written when the log was read."""
    cut = RAISED[: RAISED.index("ZeroDivisionError")].replace("catalog/", "orders/")

    crash = last_crash(RAISED + cut, SHOP, KNOWN)

    assert crash is not None
    assert crash.error == "ZeroDivisionError: division by zero"
    assert crash.file == "catalog/querysets.py"


def test_the_paths_are_those_the_learner_knows() -> None:
    """Where we keep the copy that runs is nobody's business."""
    log = RAISED.replace("division by zero", f"in {SHOP}/x")

    crash = last_crash(log, SHOP, KNOWN)

    assert crash is not None
    assert f'File "{KNOWN}/catalog/views.py"' in crash.tail
    assert crash.error == f"ZeroDivisionError: in {KNOWN}/x"


def test_an_exception_without_the_shop_s_files_has_no_place() -> None:
    """A template's error, for example: there is the message, and no line is invented."""
    log = RAISED.replace(str(SHOP), "/venv/site-packages")

    crash = last_crash(log, SHOP, KNOWN)

    assert crash is not None
    assert (crash.file, crash.line) == ("", 0)
    assert crash.error == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize("log", ["", "[INFO] Listening\n"])
def test_a_log_without_an_exception_has_no_crash(log: str) -> None:
    """Nothing is made up."""
    assert last_crash(log, SHOP, KNOWN) is None


def test_a_log_that_was_cut_in_the_middle_is_read_as_far_as_it_goes() -> None:
    """A process may be killed while it writes."""
    crash = last_crash(RAISED[: RAISED.index("    return 1 / 0")], SHOP, KNOWN)

    assert crash is not None
    assert (crash.file, crash.line) == ("catalog/querysets.py", 12)


def test_a_shop_behind_a_link_is_found(tmp_path: Path) -> None:
    """Python knows a file by its real path, whatever link led us there."""
    real = tmp_path / "real"
    real.mkdir()
    link = tmp_path / "link"
    link.symlink_to(real)

    crash = last_crash(RAISED.replace(str(SHOP), str(real)), link, KNOWN)

    assert crash is not None
    assert crash.file == "catalog/querysets.py"
    assert str(real) not in crash.tail

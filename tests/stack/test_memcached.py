"""memcached, and what stands in for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tutor.base.cancel import Cancel
from tutor.machine.ports import free_port
from tutor.machine.programs import find_program
from tutor.probes.moments import rewrite_memcached, rewrite_redis
from tutor.stack.services.base import ServiceContext
from tutor.stack.services.memcached import Memcached
from tutor.stack.services.redis import Redis, ask, find_redis
from tutor.stack.stack import Stack

pytestmark = pytest.mark.services
SET = {Memcached: b"set page 0 0 4\r\nGina\r\n", Redis: b"SET page Gina\r\n"}
GET = {Memcached: b"get page\r\n", Redis: b"GET page\r\n"}


@pytest.mark.parametrize("kind", [Memcached, Redis])
def test_an_emptied_cache_forgets_what_was_just_stored(
    kind: type[Memcached] | type[Redis], tmp_path: Path
) -> None:
    """Also what is younger than a second, and only that: what comes later stays."""
    if not (find_program("memcached") if kind is Memcached else find_redis()):
        pytest.skip(f"{kind.__name__} is not installed.")
    with running(kind, tmp_path) as cache:
        ask(cache.port, SET[kind])
        cache.flush()
        emptied = ask(cache.port, GET[kind])
        ask(cache.port, SET[kind])
        filled = ask(cache.port, GET[kind])

    assert b"Gina" not in emptied
    assert b"Gina" in filled


def test_an_hour_later_only_what_lives_longer_is_there(tmp_path: Path) -> None:
    """What expires within the hour is gone, under any key that Django may write."""
    with running(Memcached, tmp_path) as cache:
        # No end, a minute, just within the hour, two hours.
        for key, seconds in (("stays", 0), (":1:a%20/é", 60), ("hour", 3590), ("longer", 7200)):
            ask(cache.port, f"set {key} 0 {seconds} 4\r\nGina\r\n".encode())
        cache.age(3600)
        left = ask(cache.port, "get stays :1:a%20/é hour longer\r\n".encode(), until=b"END")

    found = [line.split()[1] for line in left.splitlines() if line.startswith(b"VALUE")]
    assert found == [b"stays", b"longer"]


def test_time_that_passes_adds_up_and_can_be_put_back(tmp_path: Path) -> None:
    """Twice forty seconds are more than a minute; what is stored since ends as it says."""
    with running(Memcached, tmp_path) as cache:
        ask(cache.port, b"set minute 0 60 4\r\nGina\r\nset new 0 600 4\r\nGina\r\n")
        before = cache.ends()
        cache.age(40)
        ask(cache.port, b"set new 0 300 4\r\nGina\r\n")
        since = cache.ends()
        cache.put_back(before, 40)
        after = cache.ends()
        cache.age(40)
        kept = cache.keys()
        cache.age(40)
        left = cache.keys()

    assert after == {b"minute": before[b"minute"], b"new": since[b"new"]}
    assert since[b"minute"] == pytest.approx(before[b"minute"] - 40, abs=1)
    assert (kept, left) == ({"minute", "new"}, {"new"})


@pytest.mark.parametrize("kind", [Memcached, Redis])
def test_a_cache_tells_its_keys_and_how_often_it_was_emptied(
    kind: type[Memcached] | type[Redis], tmp_path: Path
) -> None:
    """By whomever: that is how somebody is found who empties all of it for one entry."""
    if not (find_program("memcached") if kind is Memcached else find_redis()):
        pytest.skip(f"{kind.__name__} is not installed.")
    with running(kind, tmp_path) as cache:
        ask(cache.port, SET[kind])
        keys, before = cache.keys(), cache.flushes()
        ask(cache.port, b"flush_all\r\n" if kind is Memcached else b"FLUSHDB\r\n")
        after = cache.flushes()

    assert keys == {"page"}
    assert after == before + 1


@pytest.mark.parametrize("kind", [Memcached, Redis])
def test_what_is_rewritten_ends_when_it_would_have(
    kind: type[Memcached] | type[Redis], tmp_path: Path
) -> None:
    """Django's pickle stays a pickle, to its library too; what has no end goes on having none."""
    if not (find_program("memcached") if kind is Memcached else find_redis()):
        pytest.skip(f"{kind.__name__} is not installed.")
    upper = bytes.upper
    with running(kind, tmp_path) as cache:
        if isinstance(cache, Memcached):
            ask(cache.port, b"set page 1 100 4\r\nGina\r\nset stays 16 0 4\r\nGina\r\n")
            before = cache.ends()
            rewrite_memcached(cache.port, before, upper)
            left = ask(cache.port, b"get page stays\r\n", until=b"END")
            assert cache.ends() == before
            assert b"VALUE page 1 4\r\nGINA" in left
            assert b"VALUE stays 16 4\r\nGINA" in left
        else:
            ask(cache.port, b"SET page Gina EX 100\r\n")
            rewrite_redis(cache.port, upper)
            assert b"GINA" in ask(cache.port, GET[kind])
            assert 90 < int(ask(cache.port, b"TTL page\r\n").strip(b":\r\n")) <= 100


@contextmanager
def running(kind: type[Memcached] | type[Redis], tmp_path: Path) -> Iterator[Memcached | Redis]:
    """Lend a cache of that *kind*, up and empty."""
    stack = Stack(tmp_path / "stack")
    stack.up()
    try:
        cache = kind(_spot(stack))
        cache.context.folder.mkdir(parents=True)
        stack.start(cache, Cancel())
        yield cache
    finally:
        stack.release()
        stack.wait_until_gone()


def _spot(stack: Stack) -> ServiceContext:
    return ServiceContext(
        site="test",
        kind="memcached",
        title="memcached",
        server="server1",
        port=free_port(),
        folder=stack.folder / "services" / "memcached",
        log=stack.log("memcached-test"),
        shop=stack.folder,
        env=stack.base_env(),
        settings={},
        ports={},
    )

"""memcached, and what stands in for it."""

from pathlib import Path

import pytest

from tutor.stack.cancel import Cancel
from tutor.stack.ports import free_port
from tutor.stack.services.base import Spot
from tutor.stack.services.memcached import Memcached
from tutor.stack.services.programs import find_program, find_redis
from tutor.stack.services.redis import Redis, ask
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
    stack = Stack(tmp_path / "stack")
    stack.up()
    try:
        cache = kind(_spot(stack))
        cache.spot.folder.mkdir(parents=True)
        stack.start(cache, Cancel())

        ask(cache.port, SET[kind])
        cache.flush()
        emptied = ask(cache.port, GET[kind])
        ask(cache.port, SET[kind])
        filled = ask(cache.port, GET[kind])
    finally:
        stack.release()
        stack.wait_until_gone()

    assert b"Gina" not in emptied
    assert b"Gina" in filled


def _spot(stack: Stack) -> Spot:
    return Spot(
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

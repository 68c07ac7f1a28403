"""The kinds of services: what ``stack.toml`` may say of each, and how it is made."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tutor.machine.programs import find_program
from tutor.stack.services.base import ServiceContext, ShopService

Type = type | tuple[type, ...]


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """One kind of service."""

    keys: Mapping[str, Type] = field(default_factory=dict)
    """The keys its table in ``stack.toml`` understands, and their types."""
    make: Callable[[ServiceContext], ShopService] | None = None
    """Makes one in a context; None for what every shop of a stack shares: PostgreSQL, replicas."""
    several: bool = False
    """Whether there may be more than one: ``worker-slow`` is one of the kind ``worker``."""
    address: Callable[[int], Mapping[str, str]] = lambda port: {}
    """From its port to the variables that lead the shop to it."""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For keys whose value is one of a few words: which."""
    most: Mapping[str, int] = field(default_factory=dict)
    """For keys whose value is a number: the most it may be on one machine; a port where not said.

    Each process of the shop takes some 50 MB, each thread may take a connection, and PostgreSQL
    has a hundred of them; these are far beyond what any shop here can use.
    """


def _gunicorn(context: ServiceContext) -> ShopService:
    from tutor.stack.services.gunicorn import Gunicorn

    return Gunicorn(context)


def _memcached(context: ServiceContext) -> ShopService:
    """Return memcached; Redis where it is not installed."""
    if redis_stands_in():
        return _redis(context)
    from tutor.stack.services.memcached import Memcached

    return Memcached(context)


def _redis(context: ServiceContext) -> ShopService:
    from tutor.stack.services.redis import Redis

    return Redis(context)


def _pgbouncer(context: ServiceContext) -> ShopService:
    from tutor.stack.services.pgbouncer import Pgbouncer

    return Pgbouncer(context)


def _nginx(context: ServiceContext) -> ShopService:
    from tutor.stack.services.nginx import Nginx

    return Nginx(context)


def _mail(context: ServiceContext) -> ShopService:
    from tutor.stack.services.mail import Mail

    return Mail(context)


def _worker(context: ServiceContext) -> ShopService:
    from tutor.stack.services.celery import CeleryWorker

    return CeleryWorker(context)


def _flower(context: ServiceContext) -> ShopService:
    from tutor.stack.services.celery import Flower

    return Flower(context)


def redis_stands_in() -> bool:
    """Return whether Redis does the work of memcached on this machine."""
    return not find_program("memcached")


def check_programs(services: Iterable[str]) -> None:
    """Make sure that what nothing stands in for is there.

    Raises:
        TutorError: one of *services* has no program on this machine.
    """
    kinds = set(map(kind_of, services))
    if "redis" in kinds or ("memcached" in kinds and redis_stands_in()):
        from tutor.stack.services.redis import redis_program

        redis_program()


def replica_addresses(ports: Sequence[int]) -> Mapping[str, str]:
    """Return the variables that lead the shop to its replicas; lists, as libpq reads them."""
    if not ports:
        return {}
    hosts = ",".join("127.0.0.1" for _ in ports)
    return {"REPLICA_HOST": hosts, "REPLICA_PORT": ",".join(map(str, ports))}


def _cache_address(port: int) -> Mapping[str, str]:
    scheme = "redis" if redis_stands_in() else "memcached"
    return {"CACHE_URL": f"{scheme}://127.0.0.1:{port}"}


KINDS: Mapping[str, ServiceKind] = {
    "postgres": ServiceKind({"port": int}),
    "replica": ServiceKind({"port": int}, several=True),
    "memcached": ServiceKind(
        {"port": int, "memory": int}, _memcached, address=_cache_address, most={"memory": 4096}
    ),
    "redis": ServiceKind(
        {"port": int, "memory": int},
        _redis,
        address=lambda port: {"REDIS_URL": f"redis://127.0.0.1:{port}/0"},
        most={"memory": 4096},
    ),
    "mail": ServiceKind(
        {"port": int},
        _mail,
        address=lambda port: {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port)},
    ),
    "pgbouncer": ServiceKind(
        {"port": int, "pool_mode": str, "pool_size": int, "max_clients": int},
        _pgbouncer,
        address=lambda port: {"PGBOUNCER_HOST": "127.0.0.1", "PGBOUNCER_PORT": str(port)},
        words={"pool_mode": ("session", "transaction", "statement")},
        most={"pool_size": 1000, "max_clients": 10_000},
    ),
    "gunicorn": ServiceKind(
        {"port": int, "workers": int, "threads": int, "timeout": int},
        _gunicorn,
        most={"workers": 32, "threads": 200, "timeout": 3600},
    ),
    "worker": ServiceKind(
        {"queues": list, "concurrency": int}, _worker, several=True, most={"concurrency": 32}
    ),
    "flower": ServiceKind({"port": int}, _flower),
    "nginx": ServiceKind({"port": int}, _nginx),
}
"""By name, in the order in which they start."""


def kind_of(service: str) -> str:
    """Return the kind of the *service* of that name; the name itself where it is of no kind."""
    kind, _, rest = service.partition("-")
    return kind if rest and kind in KINDS and KINDS[kind].several else service


def is_started(title: str) -> bool:
    """Return whether *title* is a service of a shop that this machine can run."""
    if KINDS[kind_of(title)].make is None:
        return False
    # Without nginx gunicorn is reached directly, and without pgbouncer PostgreSQL.
    return title not in ("nginx", "pgbouncer") or bool(find_program(title))

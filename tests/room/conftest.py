"""A room of its own for each test, and somebody who looks at it."""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.own_postgres import own_postgres
from tests.room.house import House

AT = "2026-05-04T10:00:00+02:00"


@dataclass
class Room:
    """A room without a server: asked through Django's own client."""

    id: int
    code: str
    client: Any
    """Has no key."""

    async def join(self, nickname: str = "quiet heron", **more: Any) -> dict[str, str]:
        """Take a seat; return the headers that prove it."""
        body = {"code": self.code, "nickname": nickname, **more}
        answer = await self.client.post("/api/1/join", body, "application/json")
        assert answer.status_code == 201, answer.content
        return {"authorization": f"Bearer {answer.json()['token']}"}

    async def tell(self, seat: dict[str, str], *events: dict[str, Any]) -> Any:
        """Send events; return the answer."""
        body = {"events": list(events)}
        return await self.client.post("/api/1/events", body, "application/json", headers=seat)

    async def poll(self, seat: dict[str, str], after: int = 0, tag: str = "") -> Any:
        """Return the answer to a poll."""
        headers = {**seat, **({"if-none-match": tag} if tag else {})}
        return await self.client.get(f"/api/1/poll?after={after}", headers=headers)

    async def visitor(self, key: str) -> Any:
        """Return the browser of somebody who opened the link with *key*."""
        from django.test import AsyncClient

        browser = AsyncClient()
        answer = await browser.get(f"/k/{key}")
        assert answer.status_code == 302, answer.content
        return browser

    async def instructor(self) -> Any:
        """Return the instructor's browser."""
        from tutor.room.live import live
        from tutor.room.store import instructor_key

        return await self.visitor(await live.ask(instructor_key, self.id))

    async def page(self, browser: Any, name: str = "board") -> str:
        """Return what a page says."""
        answer = await browser.get(f"/{self.code}/{name}")
        assert answer.status_code == 200, answer.content
        text: str = answer.content.decode()
        return text

    async def act(self, browser: Any, act: str, /, **values: Any) -> int:
        """Send a form; return the status."""
        answer = await browser.post(f"/{self.code}/do/{act}", values)
        status: int = answer.status_code
        return status


def event(n: int, kind: str, **data: Any) -> dict[str, Any]:
    """Return an event as a seat sends it."""
    return {"n": n, "at": AT, "kind": kind, "data": data}


def lost(n: int, level: str, *goals: tuple[str, str], finding: str = "") -> dict[str, Any]:
    """Return the end of a full run that was lost."""
    return event(n, "run_finished", level=level, outcome="lost", goals=dict(goals), finding=finding)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without a row, made once and copied."""
    from django.db import connections

    from tutor.room import prepare

    folder = tmp_path_factory.mktemp("database")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEVELUP_HOME", str(folder))
        patch.delenv("DATABASE_URL", raising=False)
        prepare()
    connections.close_all()
    return folder / "room" / "room.sqlite3"


@pytest.fixture
def database(home: Path, empty_database: Path) -> None:
    """An empty database in the home of the test."""
    from django.db import connections

    path = home / "room" / "room.sqlite3"
    path.parent.mkdir(parents=True)
    shutil.copy(empty_database, path)
    connections.close_all()
    connections.settings["default"]["NAME"] = path


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL, started once."""
    with own_postgres(tmp_path_factory.mktemp("postgres")) as address:
        yield address


@pytest.fixture
def database_on_server(
    database: None, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """An empty database of a PostgreSQL, in place of the file."""
    from django.core.management import call_command
    from django.db import connections

    from tutor.room.database import migrate
    from tutor.room.settings import database as of_environment

    monkeypatch.setenv("DATABASE_URL", postgres)
    configured = connections.configure_settings({"default": of_environment()})
    _forget_connection()
    monkeypatch.setitem(connections.settings, "default", configured["default"])
    migrate()
    yield
    call_command("flush", interactive=False, verbosity=0)
    _forget_connection()


def _forget_connection() -> None:
    """Let the next question make a connection by the settings of then."""
    from django.db import connections

    connections["default"].close()
    del connections["default"]


@pytest.fixture
async def room(database: None) -> AsyncIterator[Room]:
    """A room that was just opened, in a process that has just started."""
    from django.test import AsyncClient

    from tutor.room.addresses import served
    from tutor.room.live import live
    from tutor.room.store import open_room
    from tutor.room.tries import tries

    served.names = ["testserver"]
    live.__init__()  # type: ignore[misc] # as a process that has just started has it
    tries.__init__()  # type: ignore[misc]
    made = await live.write(open_room, "A <b>bold</b> workshop", "en")
    yield Room(made.pk, made.code, AsyncClient())
    live.close()


@pytest.fixture
def house(database: None) -> Iterator[House]:
    """A room that was just opened."""
    house = House()
    yield house
    house.close()

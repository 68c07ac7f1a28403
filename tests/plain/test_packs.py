"""The plain game asks before the program of a level pack first runs."""

from pathlib import Path

import pytest

from tests import own_pack
from tests.plain.conftest import Play
from tests.tui import fakes


@pytest.fixture(autouse=True)
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> fakes.FakeSession:
    """A learner who has installed a pack and not begun."""
    own_pack.install(tmp_path / "site")
    monkeypatch.syspath_prepend(tmp_path / "site")
    return fakes.FakeSession(tmp_path / "shop")


def test_yes_is_remembered(play: Play, session: fakes.FakeSession) -> None:
    """Name, version and place are told first; the second time nothing is asked."""
    first = " ".join(play("play guest", "y", at=0).split())
    again = play("play guest", at=0)

    assert "the level pack yoga-pack 1.0, which lies in" in first
    assert "Let it run?" in first
    assert session.workspace.level == own_pack.GUEST
    assert "Let it run?" not in again


@pytest.mark.parametrize("answer", ["n", ""])
def test_no_runs_nothing_and_says_what_to_do(
    play: Play, session: fakes.FakeSession, answer: str
) -> None:
    """The level is not begun, and the next time it is asked again."""
    out = " ".join(play("play guest", answer, at=0).split())

    assert "--yes" in out
    assert session.workspace.level != own_pack.GUEST
    assert "Let it run?" in " ".join(play("play guest", at=0).split())


def test_it_is_asked_in_spanish(play: Play) -> None:
    """As everything a learner reads."""
    out = " ".join(play("jugar guest", at=0, language="es").split())

    assert "el paquete de niveles yoga-pack 1.0" in out
    assert "¿Dejas que se ejecute?" in out

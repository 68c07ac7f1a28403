"""Level packs: found without being imported, asked about once, and never in the way of our own."""

import io
from pathlib import Path

import click
import pytest

from tests import own_pack
from tutor.base import damage
from tutor.cli.options import let_run
from tutor.curriculum import Level, find_level, load_levels
from tutor.curriculum.compose import compose
from tutor.learner.progress import PackNotAgreed, ProgressFile
from tutor.learner.session import Session

OWN = [level.slug for level in load_levels()]


@pytest.fixture
def site(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which packages may be installed, with nothing told so far."""
    monkeypatch.setattr(damage, "_told", set())
    monkeypatch.setattr(damage, "_news", [])
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def guest(site: Path) -> Level:
    """The level of a pack that is installed."""
    own_pack.install(site)
    return find_level("guest")


def named() -> str:
    """Return what was told of packs that were left out."""
    return " ".join(found.message for found in damage.news())


def test_its_levels_come_after_our_own(guest: Level) -> None:
    """With what pip knows of it; nothing of it is imported for that."""
    levels = load_levels()

    assert [level.slug for level in levels] == [*OWN, own_pack.GUEST]
    assert guest.pack is not None
    assert guest.pack.key == "yoga-pack 1.0"
    assert named() == ""


def test_a_number_is_our_own_level_where_both_have_it(site: Path) -> None:
    """The pack's is found by its name; it is the next after our last all the same."""
    own_pack.install(site, level="03_guest")
    levels = load_levels()

    assert find_level("3", levels).slug == "03_cookie_cache"
    assert find_level("guest", levels).slug == "03_guest"
    assert levels[-1].slug == "03_guest"


def test_its_shop_begins_where_ours_ends(guest: Level) -> None:
    """A level of ours never has anything of a pack in it."""
    levels = load_levels()
    views = "shop/views.py"
    own = next(level for level in levels if level.slug == OWN[-1])
    later = Level(**{name: getattr(own, name) for name in Level.__slots__} | {"slug": "95_later"})

    assert compose(guest, "fixed", levels)[views].is_relative_to(guest.folder)
    assert not compose(later, "fixed", [*levels, later])[views].is_relative_to(guest.folder)


@pytest.mark.parametrize(
    ("place", "why"),
    [("yoga_pack.levls", "no folder yoga_pack.levls"), ("yoga_pock", "no folder yoga_pock")],
)
def test_a_pack_without_its_folder_is_left_out_and_named(site: Path, place: str, why: str) -> None:
    """Our own levels are all there."""
    own_pack.install(site, place=place)

    assert [level.slug for level in load_levels()] == OWN
    told = named()
    assert "yoga-pack 1.0 is left out" in told
    assert why in told


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("at_most = 1", "at_mots = 1", "at_mots"),
        ("format = 1", "format = 2", "has format 2"),
        ("[title]", "[title", "is not TOML"),
    ],
)
def test_a_broken_pack_is_left_out_and_named_once(
    site: Path, before: str, after: str, why: str
) -> None:
    """However often the levels are read."""
    description = own_pack.install(site) / "level.toml"
    description.write_text(description.read_text().replace(before, after, 1))

    assert [level.slug for level in load_levels()] == OWN
    assert why in named()
    assert [level.slug for level in load_levels()] == OWN
    assert named() == ""


def test_what_nobody_foresaw_in_a_pack_stops_nobody(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The boundary holds whatever is met."""
    own_pack.install(site)
    monkeypatch.setattr("tutor.curriculum.loader.folder_of", lambda pack: 1 / 0)

    assert [level.slug for level in load_levels()] == OWN
    assert "ZeroDivisionError" in named()


def test_a_pack_with_a_level_of_our_name_is_left_out(site: Path) -> None:
    """Saved progress knows a level by its name."""
    own_pack.install(site, level=OWN[0])

    assert [level.slug for level in load_levels()] == OWN
    assert f"another level {OWN[0]} already" in named()


def test_nothing_of_a_pack_runs_before_somebody_agreed(
    guest: Level, workspace: object, session: Session
) -> None:
    """Neither in the workspace nor in a run; the refusal says how to agree."""
    with pytest.raises(PackNotAgreed, match=r"yoga-pack 1\.0.*somebody's program") as refused:
        session.enter(guest)
    with pytest.raises(PackNotAgreed):
        session.run_spec(guest, "fixed")

    assert not session.workspace.exists
    assert refused.value.hint.endswith("`tutor verify 91_guest --yes`.")


def test_who_agreed_is_not_asked_again_until_the_pack_is_another_one(
    site: Path, guest: Level, session: Session
) -> None:
    """A new version is a new program."""
    assert guest.pack is not None
    session.progress_file.agree(guest.pack)
    session.enter(guest)
    assert ProgressFile().is_agreed(guest)

    own_pack.note_version(site, "1.1")

    assert not ProgressFile().is_agreed(find_level("guest"))


def test_progress_of_before_the_packs_still_opens(home: Path) -> None:
    """Who knew no pack has agreed to none."""
    file = ProgressFile()
    file.path.parent.mkdir(parents=True)
    file.path.write_text('{"schema": 2, "current": "01_n_plus_one", "levels": {}}')

    assert file.read().packs == []
    assert file.read().current == "01_n_plus_one"


class Typed(io.StringIO):
    """Somebody at a terminal who types an answer."""

    def isatty(self) -> bool:
        """Say that somebody is there."""
        return True


@pytest.mark.parametrize(("answer", "runs"), [("y", True), ("sí", True), ("n", False), ("", False)])
def test_the_shell_asks_whom_it_can_ask(
    guest: Level,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    runs: bool,
) -> None:
    """Name, version and place on stderr; only a yes, in either language, is remembered."""
    monkeypatch.setattr("sys.stdin", Typed(f"{answer}\n"))
    with click.Context(click.Command("tutor")):
        if runs:
            let_run(guest, agreed=False)
        else:
            with pytest.raises(click.Abort):
                let_run(guest, agreed=False)

    out, err = capsys.readouterr()
    assert "yoga-pack 1.0" in err
    assert str(guest.folder.parent) in err
    assert out == ""
    assert ProgressFile().is_agreed(guest) is runs


def test_the_shell_asks_nobody_who_said_so_before(
    guest: Level, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With `--yes`, and from then on without it; from a pipe nobody can agree."""
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))

    with pytest.raises(PackNotAgreed):
        let_run(guest, agreed=False)
    let_run(guest, agreed=True)
    let_run(guest, agreed=False)

    assert capsys.readouterr() == ("", "")

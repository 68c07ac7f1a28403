"""What is handed in: the same bytes for the same shop, nothing personal, and nothing believed."""

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.played import Clock, play_level
from tutor.base.errors import UsageError
from tutor.grading import archive as archives
from tutor.grading import manifest as manifests
from tutor.grading.archive import read_bundle
from tutor.grading.hand_in import begun, hand_in
from tutor.grading.manifest import LARGEST_TEXT, NAME, Damaged, check_name
from tutor.learner.session import Session

JOURNAL = "levels/01_n_plus_one/journal.json"
VIEWS = "levels/01_n_plus_one/shop/catalog/views.py"


@pytest.fixture
def played(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A learner who lost level 1, took a hint, checked, and won it."""
    clock = Clock()
    monkeypatch.setattr("tutor.learner.journal.time", clock)
    play_level(session, session.levels[0], clock)
    return session


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What somebody hands in who has just begun; made once, for all who break it."""
    folder = tmp_path_factory.mktemp("handed_in")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEVELUP_HOME", str(folder / "home"))
        session = Session(folder / "shop")
        session.enter(session.levels[0])
        hand_in(session, [session.levels[0]], folder / "anna.zip")
    return (folder / "anna.zip").read_bytes()


@pytest.fixture
def bundle(handed_in: bytes, tmp_path: Path) -> Path:
    """A bundle that is whole."""
    path = tmp_path / "anna.zip"
    path.write_bytes(handed_in)
    return path


def unpacked(path: Path) -> dict[str, bytes]:
    """Return what is in an archive."""
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def pack(path: Path, contents: Mapping[str, bytes]) -> None:
    """Write an archive of *contents*."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)


def refused(path: Path) -> str:
    """Return the name of the problem with which *path* is refused."""
    with pytest.raises(Damaged) as caught:
        read_bundle(path)
    assert caught.value.message
    return str(caught.value.said["id"])


# -- written ---------------------------------------------------------------------------------------


def test_what_is_read_is_what_would_be_judged(played: Session, tmp_path: Path) -> None:
    """Every file, what drew the broken shop, and each run; the same bytes whenever it is written."""
    path, again = tmp_path / "anna.zip", tmp_path / "elsewhere" / "again.zip"

    hand_in(played, [played.levels[0]], path)
    hand_in(played, [played.levels[0]], again)

    read = read_bundle(path)
    (part,) = read.manifest.levels
    assert read.files(part) == played.workspace.contents()
    assert "stack.toml" in part.files
    assert part.number == played.workspace.number
    assert (part.claims.attempts, part.claims.hints, part.claims.answer_seen) == (2, 1, False)
    entries = json.loads(read.contents[JOURNAL])
    outcomes = [entry["run"]["verdict"]["outcome"] for entry in entries if entry["run"]]
    assert outcomes == ["not_yet", "won", "won"]
    assert part.runs == 3
    assert again.read_bytes() == path.read_bytes()


def test_a_bundle_names_no_place_and_nobody(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where a finding of a run did."""
    from tests.played import LOST, finish
    from tutor.judge import Finding, Kind

    monkeypatch.setenv("HOME", str(tmp_path / "anna"))
    level = session.levels[0]
    session.enter(level)
    places = [session.workspace.folder / "x.py", Path.home() / "y", os.environ["LEVELUP_HOME"]]
    message = " ".join(map(str, places))
    finish(session, level, LOST, Finding("ours", Kind.OURS, {"message": message, "hint": ""}))

    hand_in(session, [level], tmp_path / "anna.zip")

    for name, data in unpacked(tmp_path / "anna.zip").items():
        if "/shop/" not in name:
            assert str(tmp_path).encode() not in data, name
            assert b"workspace" not in data, name
    (entry,) = json.loads(unpacked(tmp_path / "anna.zip")[JOURNAL])
    (finding,) = entry["run"]["verdict"]["findings"]
    assert finding["params"]["message"] == "shop/x.py ~/y levelup"
    assert entry["at"] == round(entry["at"])


def test_all_levels_that_were_begun(session: Session, tmp_path: Path) -> None:
    """Those that were left as they were left."""
    first, second = session.levels[:2]
    session.enter(first)
    session.enter(second)

    hand_in(session, begun(session), tmp_path / "all.zip")

    parts = read_bundle(tmp_path / "all.zip").manifest.levels
    assert [part.slug for part in parts] == [first.slug, second.slug]


def test_nobody_who_has_not_begun_hands_in(session: Session, tmp_path: Path) -> None:
    """Neither one level nor all."""
    with pytest.raises(UsageError):
        begun(session)
    with pytest.raises(UsageError):
        hand_in(session, [session.levels[0]], tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_nothing_is_written_into_the_shop_or_over_another_file(
    bundle: Path, session: Session, tmp_path: Path
) -> None:
    """The next bundle would have this one in it; a bundle may be replaced."""
    level, notes = session.levels[0], tmp_path / "notes.txt"
    session.enter(level)
    notes.write_text("mine")

    for path in (session.workspace.folder / "x.zip", notes, tmp_path):
        with pytest.raises(UsageError):
            hand_in(session, [level], path)

    assert notes.read_text() == "mine"
    (session.workspace.folder / "new.py").write_text("")
    hand_in(session, [level], bundle)
    assert "new.py" in read_bundle(bundle).manifest.levels[0].files


def test_what_could_not_be_read_is_not_written(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shop of too many files, or with a name that leads elsewhere on another system."""
    level = session.levels[0]
    session.enter(level)
    (session.workspace.folder / "a:b.txt").write_text("")
    with pytest.raises(Damaged, match="a:b"):
        hand_in(session, [level], tmp_path / "x.zip")

    (session.workspace.folder / "a:b.txt").unlink()
    monkeypatch.setattr(archives, "MOST_FILES", 5)
    with pytest.raises(Damaged, match="more than 5 files"):
        hand_in(session, [level], tmp_path / "x.zip")

    assert not (tmp_path / "x.zip").exists()


# -- read ------------------------------------------------------------------------------------------

Change = Callable[[dict[str, bytes]], object]


def manifest(**changes: Any) -> Change:
    """Return what changes values of the manifest's first level."""

    def change(contents: dict[str, bytes]) -> None:
        data = json.loads(contents[NAME])
        data["levels"][0] |= changes
        contents[NAME] = json.dumps(data).encode()

    return change


def top(**changes: Any) -> Change:
    """Return what changes values of the manifest."""

    def change(contents: dict[str, bytes]) -> None:
        contents[NAME] = json.dumps(json.loads(contents[NAME]) | changes).encode()

    return change


DIGEST = "0" * 64
HOSTILE: dict[str, tuple[Change, str]] = {
    "no manifest": (lambda c: c.pop(NAME), "bundle_no_manifest"),
    "no json": (lambda c: c.update({NAME: b"{"}), "bundle_no_manifest"),
    "no utf-8": (lambda c: c.update({NAME: b"\xff\xfe\x00"}), "bundle_no_manifest"),
    "deep": (lambda c: c.update({NAME: b"[" * 200_000}), "bundle_no_manifest"),
    "digits": (
        lambda c: c.update({NAME: b'{"format": ' + b"9" * 9999 + b"}"}),
        "bundle_no_manifest",
    ),
    "a list": (lambda c: c.update({NAME: b"[]"}), "bundle_no_manifest"),
    "newer": (top(format=2), "bundle_format"),
    "format of a kind": (top(format=True), "bundle_no_manifest"),
    "no version": (top(tutor="\x1b[2J"), "bundle_no_manifest"),
    "no levels": (top(levels=[]), "bundle_no_manifest"),
    "levels of a kind": (top(levels=[1]), "bundle_no_manifest"),
    "slug upwards": (manifest(level="../../etc"), "bundle_no_manifest"),
    "slug with a line": (manifest(level="01_x\n"), "bundle_no_manifest"),
    "negative": (manifest(number=-1), "bundle_no_manifest"),
    "too large a number": (manifest(hints=2**40), "bundle_no_manifest"),
    "digest of a kind": (manifest(files={"a": 1}), "bundle_no_manifest"),
    "journal of a kind": (manifest(journal=None), "bundle_no_manifest"),
    "seen of a kind": (manifest(answer_seen=1), "bundle_no_manifest"),
    "upwards": (manifest(files={"../x": DIGEST}), "bundle_name"),
    "upwards inside": (manifest(files={"a/../../x": DIGEST}), "bundle_name"),
    "absolute": (manifest(files={"/etc/passwd": DIGEST}), "bundle_name"),
    "backslash": (manifest(files={"..\\x": DIGEST}), "bundle_name"),
    "drive": (manifest(files={"C:x": DIGEST}), "bundle_name"),
    "escape": (manifest(files={"a\x1b[2J": DIGEST}), "bundle_name"),
    "no name": (manifest(files={"": DIGEST}), "bundle_name"),
    "twice named": (manifest(files={"a//b": DIGEST}), "bundle_name"),
    "long": (manifest(files={"a" * 999: DIGEST}), "bundle_name"),
    "marker": (manifest(files={".levelup.json": DIGEST}), "bundle_name"),
    "hidden folder": (manifest(files={".git/config": DIGEST}), "bundle_name"),
    "bytecode": (manifest(files={"a/__pycache__/b.py": DIGEST}), "bundle_name"),
    "one on some disks": (manifest(files={"A": DIGEST, "a": DIGEST}), "bundle_same_name"),
    "file and folder": (manifest(files={"a": DIGEST, "a/b": DIGEST}), "bundle_name"),
    "missing": (lambda c: c.pop(VIEWS), "bundle_missing"),
    "unnamed": (lambda c: c.update({"x": b""}), "bundle_unnamed"),
    "unnamed upwards": (lambda c: c.update({"../../x": b""}), "bundle_unnamed"),
    "changed": (lambda c: c.update({VIEWS: b"mine = True"}), "bundle_changed"),
    "journal changed": (lambda c: c.update({JOURNAL: b"[1]"}), "bundle_changed"),
    "a folder": (lambda c: c.update({"a/": b""}), "bundle_no_file"),
    "large": (lambda c: c.update({VIEWS: bytes(3 * 1024 * 1024)}), "bundle_too_large"),
    "large journal": (lambda c: c.update({JOURNAL: bytes(LARGEST_TEXT + 1)}), "bundle_too_large"),
}


@pytest.mark.parametrize(("change", "problem"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_not_what_it_says_is_refused(bundle: Path, change: Change, problem: str) -> None:
    """By a name of its own, in a sentence that a terminal can show."""
    contents = unpacked(bundle)
    change(contents)
    pack(bundle, contents)

    assert refused(bundle) == problem


def test_two_levels_of_one_name_are_refused(bundle: Path) -> None:
    """One would hide the other."""
    contents = unpacked(bundle)
    data = json.loads(contents[NAME])
    data["levels"] *= 2
    contents[NAME] = json.dumps(data).encode()
    pack(bundle, contents)

    assert refused(bundle) == "bundle_no_manifest"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_are_refused(bundle: Path, kind: int) -> None:
    """Whatever they lead to."""
    contents = unpacked(bundle)
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, data in contents.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = ((kind if name == VIEWS else stat.S_IFREG) | 0o777) << 16
            archive.writestr(info, data)

    assert refused(bundle) == "bundle_no_file"


def test_a_name_that_is_there_twice_is_refused(bundle: Path) -> None:
    """Readers differ in which of them they take."""
    with zipfile.ZipFile(bundle, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(VIEWS, b"")

    assert refused(bundle) == "bundle_same_name"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_packed_otherwise_is_refused(bundle: Path, method: int) -> None:
    """Two ways to pack are enough, and easier to bound."""
    contents = unpacked(bundle)
    with zipfile.ZipFile(bundle, "w", method) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)

    assert refused(bundle) == "bundle_packed_otherwise"


def test_an_encrypted_file_is_refused(bundle: Path) -> None:
    """Nobody here has its password."""
    data = bytearray(bundle.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    bundle.write_bytes(data)

    assert refused(bundle) == "bundle_packed_otherwise"


def test_a_small_file_that_becomes_a_large_one_is_never_unpacked(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says it holds is added up before any of it is read."""
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was read"))
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, b"{}")
        for number in range(40):
            archive.writestr(f"levels/01_x/shop/{number}", bytes(2 * 1024 * 1024))

    assert bundle.stat().st_size < 200_000
    assert refused(bundle) == "bundle_archive_too_large"


def test_a_file_that_holds_more_than_it_says_is_refused(bundle: Path) -> None:
    """No more is read than was said, and then it is another file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, bytes(5 * 1024 * 1024))
    data = bytearray(out.getvalue())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    bundle.write_bytes(data)

    assert refused(bundle) in ("bundle_no_zip", "bundle_no_manifest")


def test_too_many_files_and_too_large_an_archive_are_refused(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have a limit, which the sentence names."""
    for module in (manifests, archives):
        monkeypatch.setattr(module, "MOST_FILES", 5)
        assert refused(bundle) == "bundle_too_many"
    monkeypatch.setattr(archives, "LARGEST_ARCHIVE", 1000)
    assert refused(bundle) == "bundle_archive_too_large"


@pytest.mark.parametrize("part", range(1, 20))
def test_a_bundle_that_was_cut_or_flipped_is_refused(bundle: Path, part: int) -> None:
    """Wherever: no traceback, no half of a shop."""
    data = bundle.read_bytes()
    at = len(data) * part // 20
    cut, flipped = bundle.with_name("cut.zip"), bundle.with_name("flipped.zip")
    cut.write_bytes(data[:at])
    flipped.write_bytes(
        data[:at] + bytes(byte ^ 0xFF for byte in data[at : at + 40]) + data[at + 40 :]
    )

    assert refused(cut) == "bundle_no_zip"
    assert refused(flipped).startswith("bundle_")


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"PK\x05\x06" + bytes(18), bytes(range(1, 256)) * 20],
    ids=["nothing", "the beginning", "an empty one", "noise"],
)
def test_what_is_no_bundle_at_all_is_refused(tmp_path: Path, data: bytes) -> None:
    """Nothing, almost nothing, an empty archive, noise."""
    path = tmp_path / "x.zip"
    path.write_bytes(data)

    assert refused(path) in ("bundle_no_zip", "bundle_no_manifest")


def test_a_device_or_a_folder_is_never_opened(tmp_path: Path) -> None:
    """A pipe would be waited for, and `/dev/zero` has no end."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero"), tmp_path / "none"):
        with pytest.raises(UsageError):
            read_bundle(path)


def test_names_of_our_own_shops_are_names(session: Session) -> None:
    """The rule refuses nothing that a level ships."""
    from tutor.curriculum.compose import compose

    for level in session.levels:
        for name in compose(level, "fixed", session.levels):
            check_name(name)

"""TOML is parsed once, and what is kept of it never says anything else than the file."""

import os
from pathlib import Path

import pytest

from tutor.toml import read_toml


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file, in a home where nothing was kept yet."""
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path / "home"))
    path = tmp_path / "level.toml"
    path.write_text('title = "¿Cuántas?"\n[goals]\nat_most = 212\nshare = 0.5\nfull = true\n')
    return path


def kept(file: Path) -> list[Path]:
    """Return what is kept, and whatever else lies there."""
    return sorted((file.parent / "home" / "cache").glob("*"))


def test_what_is_kept_is_read_without_the_parser(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second time takes a tenth of the first."""
    first = read_toml(file)
    monkeypatch.setattr("tomllib.loads", lambda text: pytest.fail("it was parsed again"))

    again = read_toml(file)

    assert again == first
    assert first["goals"] == {"at_most": 212, "share": 0.5, "full": True}
    assert first["title"] == "¿Cuántas?"


def test_a_file_that_was_changed_is_read_anew(file: Path) -> None:
    """Even one of the same size and the same moment; and it takes the place of the old one."""
    read_toml(file)
    before = file.stat()
    file.write_text(file.read_text().replace("212", "213"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert read_toml(file)["goals"]["at_most"] == 213
    assert len(kept(file)) == 1


@pytest.mark.parametrize("found", [b"", b"\xff", b"[]", b'{"of": 1}', b"[" * 100_000, b"null"])
def test_what_is_damaged_counts_for_nothing(file: Path, found: bytes) -> None:
    """A disk that was full, a hand that slipped."""
    whole = read_toml(file)
    was = kept(file)[0].read_bytes()
    made_of = was[: was.index(b"{")]
    for damaged in (found, made_of + found[:-1]):
        kept(file)[0].write_bytes(damaged)

        assert read_toml(file) == whole


def test_what_json_would_change_is_not_kept(file: Path) -> None:
    """A date would come back as a word, or not at all."""
    file.write_text("opened = 2016-03-30\n")

    assert read_toml(file) == read_toml(file)
    assert kept(file) == []


def test_it_is_no_failure_that_nothing_can_be_kept(file: Path) -> None:
    """The home may be somebody else's, or no folder at all."""
    (file.parent / "home").write_text("")

    assert read_toml(file)["goals"]["at_most"] == 212


@pytest.mark.parametrize("text", [b"title = ", b"\xff\xfe"])
def test_what_is_no_toml_is_refused_each_time(file: Path, text: bytes) -> None:
    """And not remembered."""
    file.write_bytes(text)

    for _ in range(2):
        with pytest.raises(ValueError, match=r"."):
            read_toml(file)
    assert kept(file) == []

"""The shell completes what can be typed, and `tutor completion` sets it up and takes it away."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner, Result

from tutor.catalogue import help_sentences
from tutor.cli.group import COMPLETE, LazyGroup, cli

SHELLS = {
    "bash": ".bashrc",
    "zsh": ".zshrc",
    "fish": ".config/fish/completions/tutor.fish",
}


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's home."""
    for name in ("ZDOTDIR", "XDG_CONFIG_HOME", "LEVELUP_LEVELS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("SHELL", "/usr/bin/bash")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


def completion(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(cli, ["completion", *words])


def offered(*words: str) -> list[str]:
    """Return what a shell offers for the last of *words*."""
    *before, begun = words
    found = BashComplete(cli, {}, "tutor", COMPLETE).get_completions(list(before), begun)
    return [item.value for item in found]


@pytest.mark.parametrize("shell", SHELLS)
def test_it_is_set_up_once_and_taken_away_whole(person: Path, shell: str) -> None:
    """Every file is named; what was there before is there after."""
    start = person / SHELLS[shell]
    if shell != "fish":
        start.write_text("export EDITOR=nano")

    first = completion("--install", "--shell", shell)
    text = start.read_text()
    second = completion("--install", "--shell", shell)
    gone = completion("--uninstall", "--shell", shell)
    nothing = completion("--uninstall", "--shell", shell)

    assert [done.exit_code for done in (first, second, gone, nothing)] == [0, 0, 0, 0]
    assert f"Written: {start}" in first.output
    assert "no file was touched" in second.output
    assert str(start) in gone.output
    assert "no file was touched" in nothing.output
    assert "tutor" in text
    assert start.read_text() == "export EDITOR=nano" if shell != "fish" else not start.exists()
    assert list(person.rglob("tutor.*")) == []


def test_a_start_file_that_is_a_link_stays_one(person: Path) -> None:
    """People keep theirs elsewhere, and as private as they like."""
    kept = person / "dotfiles"
    kept.write_text("set -o vi\n")
    kept.chmod(0o600)
    (person / ".bashrc").symlink_to(kept)

    completion("--install")

    assert (person / ".bashrc").is_symlink()
    assert kept.read_text().startswith("set -o vi\n")
    assert ">>> tutor completion >>>" in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_shell_that_nobody_names_is_asked_for(
    person: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that we do not set up is none."""
    monkeypatch.setenv("SHELL", "/usr/bin/elvish")

    done = completion("--install")

    assert done.exit_code == 2
    assert "--shell says it: bash, zsh, fish." in done.stderr


def test_bash_offers_what_begins_so(person: Path) -> None:
    """A real bash with the start file as we left it."""
    completion("--install")
    program = person / "bin" / "tutor"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m tutor "$@"\n')
    program.chmod(0o755)
    asked = """. ~/.bashrc; COMP_WORDS=(tutor begin black); COMP_CWORD=2
    _tutor_completion tutor; echo "${COMPREPLY[@]}"; complete -p tutor"""

    done = subprocess.run(
        ["bash", "--norc", "-c", asked],
        env={
            "HOME": str(person),
            "LEVELUP_HOME": str(person / "data"),
            "PATH": f"{program.parent}:/usr/bin:/bin",
        },
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.splitlines() == [
        "black_friday",
        "complete -o nosort -F _tutor_completion tutor",
    ], done.stderr


def test_commands_are_offered_without_being_imported(
    person: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tab key must not wait for thirty modules."""
    monkeypatch.setattr(LazyGroup, "get_command", lambda *_: pytest.fail("it was imported"))

    assert offered("be") == ["begin"]
    assert {"start", "verify", "completion"} <= set(offered(""))
    assert "--version" in offered("--v")


def test_what_belongs_to_a_command_is_offered(person: Path) -> None:
    """Levels by slug, name and number; variants, choices of a diagnosis, commands of a group."""
    assert offered("verify", "07") == ["07_black_friday"]
    assert offered("show", "gina") == ["gina_caputo"]
    assert offered("hint", "7") == ["7"]
    assert offered("queue", "--p") == offered("stack", "status", "--p") == ["--plain"]
    assert len(offered("begin", "")) == 12
    assert offered("verify", "nothing") == []
    assert offered("swap", "f") == ["fixed"]
    assert offered("verify", "--variant", "m") == ["mine"]
    assert "disk" in offered("diagnose", "1", "")
    assert offered("stack", "st") == ["status"]


def test_it_is_told_where_commands_are_listed(person: Path) -> None:
    """In both languages."""
    for language in ("en", "es"):
        assert "`tutor completion --install`" in help_sentences(language)["help.completion"]
    shown = CliRunner().invoke(cli, ["--help"]).output
    assert "`tutor completion --install`" in " ".join(shown.split())

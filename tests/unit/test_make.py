"""What `make check` runs is what runs before each commit."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
MAKEFILE = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
PINNED = ".venv/bin/python -m"
HOOKS = (CHECKOUT / ".pre-commit-config.yaml").read_text(encoding="utf-8")


def recipe(target: str) -> list[str]:
    """Return the commands of a target."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n?)+)", MAKEFILE, re.MULTILINE)
    assert found is not None
    return [line.strip().replace("$(PINNED)", PINNED) for line in found[1].splitlines()]


def test_the_hooks_run_what_lint_runs() -> None:
    """The same tools in the same order, out of `.venv`: nothing of theirs is downloaded."""
    entries = re.findall(r"entry: (.+?)(?: --force-exclude)?$", HOOKS, re.MULTILINE)

    assert entries == recipe("lint")
    assert set(re.findall(r"repo: (\w+)", HOOKS)) == {"local"}
    assert set(re.findall(r"language: (\w+)", HOOKS)) == {"system"}


def test_coverage_is_told_by_the_first_tests_only() -> None:
    """Those of the rules: coverage makes them half as slow again, and the others are many."""
    covered = [line for line in recipe("test") if "--cov" in line]

    assert len(covered) == 1
    assert "not services" in MAKEFILE.partition("SWIFT := ")[2].splitlines()[0]
    assert '-m "$(SWIFT)"' in covered[0]
    assert covered[0].endswith(" tests/unit --cov")


def test_another_django_is_for_tests_and_never_for_what_is_kept() -> None:
    """Lint, bench and study stay with the pinned packages, whatever DJANGO says."""
    assert f"PINNED := {PINNED}\n" in MAKEFILE
    assert any("$(RUN)" in line for line in recipe("proof"))
    for target in ("check", "lint", "bench", "study"):
        assert not [line for line in recipe(target) if "$(RUN)" in line]
    for target in ("check", "bench", "study"):
        assert recipe(target)[0] == "@DJANGO= scripts/set-up dev"

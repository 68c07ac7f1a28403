"""What runs a release's migrations, before it runs."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tutor.base.cancel import Cancel
from tutor.stack.databases import Databases


def test_what_each_python_begins_with_is_replaced_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is just beginning reads all of the old file, never a part of the new one."""
    stack: Any = SimpleNamespace(folder=tmp_path, tail=lambda name: "said")
    databases = Databases(stack, cast("Any", None), "secret", cast("Any", None))
    monkeypatch.setattr(Databases, "_run_in_shop", lambda self, *args: None)
    path = tmp_path / "at_start" / "sitecustomize.py"

    databases.roll_out("", tmp_path, "run", Cancel(), {}, at_start="old = 1\n")
    with path.open() as reading:
        said = databases.roll_out("", tmp_path, "run", Cancel(), {}, at_start="new = 2\n")
        read = reading.read()

    assert (said, read, path.read_text()) == ("said", "old = 1\n", "new = 2\n")

"""What a level's experiment is to the engine, and how it is found in the level's folder."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from tutor.base.errors import TutorError
from tutor.curriculum import Level
from tutor.lab.lab import Lab


class Experiment(Protocol):
    """What judges one run of one shop: ``class Experiment`` in a level's ``experiment``.

    It is made anew for each run and keeps what the run must remember. Its phases take no argument,
    are called in this order, and each may be left out: ``prepare`` (before the learner's shop is
    opened), ``check`` (count and compare), ``load`` (with visitors), ``settle`` (compare once
    more). A quick run ends after ``check``. It tells what it finds to its *lab*, returns nothing,
    and imports nothing of the tutor.
    """

    def __init__(self, lab: Lab) -> None: ...


def load_experiment(level: Level) -> Callable[[Lab], Any]:
    """Return the class ``Experiment`` of *level*: of its ``experiment.py``, or of a package.

    Raises:
        TutorError: there is none, or it cannot be imported.
    """
    path = _file_of(level.folder)
    try:
        module = _import(f"levelup_experiment_{level.slug}", path)
    except Exception as error:
        raise TutorError.named("experiment_broken", path=path, reason=repr(error)) from error
    make: Callable[[Lab], Any] | None = getattr(module, "Experiment", None)
    if make is None:
        reason = "it has no class Experiment"
        raise TutorError.named("experiment_broken", path=path, reason=reason)
    return make


def sources_of_experiment(folder: Path) -> list[Path]:
    """Return the files of which the experiment of the level in *folder* is made; none: no level.

    The one that is imported comes first.
    """
    package = folder / "experiment"
    if (package / "__init__.py").is_file():
        return sorted(
            package.rglob("*.py"), key=lambda path: (path.parent, path.stem != "__init__")
        )
    return [path for path in [folder / "experiment.py"] if path.is_file()]


def _file_of(folder: Path) -> Path:
    """Return the file that is imported.

    Raises:
        TutorError: there is none.
    """
    for path in sources_of_experiment(folder):
        return path
    raise TutorError.named("no_experiment", path=folder / "experiment.py")


def _import(name: str, path: Path) -> ModuleType:
    """Import *path* anew as *name*, and with it what a package imports of itself."""
    for known in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
        del sys.modules[known]
    inside = [str(path.parent)] if path.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=inside)
    assert spec is not None
    assert spec.loader is not None, "a Python file has one"
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module

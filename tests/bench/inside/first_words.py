"""Print the seconds until a check on save names something that is missed: ``first_words.py LEVEL``.

Run by the Python of the build that is measured, whichever that is: names that have moved since are
looked for in each of their places. One check comes first: it makes the stack and its data.
"""

import importlib
import sys
import time
from pathlib import Path
from typing import Any

NOT_KNOWN = 2


def find(name: str, *modules: str) -> Any:
    """Return *name* out of the first of *modules* that this build has."""
    for module in modules:
        try:
            return getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            continue
    print(f"this build has no {name}", file=sys.stderr)
    sys.exit(NOT_KNOWN)


def check(session: Any, level: Any, standing: Any) -> float:
    """Return the seconds until a check of *level*, as it begins, says what is missed."""
    measures: dict[str, Any] = {}
    seconds = 0.0
    began = time.monotonic()
    for event in session.play(level, "broken", quick=True):
        if type(event).__name__ == "Measured":
            measures[event.measure] = event.value
        if not seconds and standing(level.goals, measures, [], quick=True).first_missed:
            seconds = time.monotonic() - began
    return seconds


def main() -> int:
    """Check twice, and print what the second one took."""
    make_session = find("Session", "tutor.learner.session", "tutor.session")
    standing = find("standing", "tutor.judge")
    session = make_session(Path("check"))
    slug = sys.argv[1]
    level = next((one for one in session.levels if one.slug == slug), None)
    if level is None:
        print(f"this build has no level {slug}", file=sys.stderr)
        return NOT_KNOWN
    try:
        check(session, level, standing)
        seconds = check(session, level, standing)
    finally:
        session.stack.release()
        session.stack.wait_until_gone()
    if not seconds:
        print(f"{slug} was said to miss nothing", file=sys.stderr)
        return 1
    print(seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())

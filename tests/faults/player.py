"""Play a level as the command does, and say in which phase it is: ``player.py WORKSPACE LEVEL``.

A process of its own, so that it can be killed and stopped like any other.
"""

import json
import sys
from pathlib import Path

from tutor.base.errors import TutorError
from tutor.curriculum import find_level
from tutor.events import LoadStarted, PhaseStarted, RunFinished, ServiceStarted
from tutor.learner.session import Session


def main() -> None:
    """Print one line of JSON for each phase, each service that started, and the verdict."""
    session = Session(Path(sys.argv[1]))
    level = find_level(sys.argv[2], session.levels)
    try:
        for event in session.play(level, "mine"):
            match event:
                case PhaseStarted(phase):
                    say(phase=phase)
                case ServiceStarted(service):
                    say(service=service)
                case LoadStarted():
                    say(service="load")
                case RunFinished():
                    verdict = event.verdict
                    say(
                        outcome=verdict.outcome.value,
                        medal=str(verdict.medal),
                        findings=[finding.id for finding in verdict.findings],
                        said=[str(f.params.get("message", ""))[:300] for f in verdict.findings],
                        missed=[goal.id for goal in verdict.goals if not goal.met],
                    )
    except TutorError as error:
        say(outcome="our_fault", findings=["raised"], said=[error.message])


def say(**facts: object) -> None:
    """Print *facts* at once."""
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()

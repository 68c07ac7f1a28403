"""Every figure that is measured, with its limit."""

import sys

from tests.bench.checks import checks, first_words
from tests.bench.commands import TUTOR, commands, loads
from tests.bench.figure import Figure
from tests.bench.journals import LONG, lists, of_journal, reports, starts
from tests.bench.outage import SEATS, of_outage
from tests.bench.room import MANY, ONE, Workshop, of_rooms
from tests.bench.shops import first_stacks, later_stacks, swaps
from tests.bench.terminal import first_frames
from tests.bench.use import looks, memory
from tests.bench.visitors import answered_keys, cpu_of_game

BARE_APP = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("Betty's shop is live.")
Bare().run()
"""
FIRST_STACK = "first stack: initdb, migrate, seed, shop answers"
VERIFY = ("verify", "1", "--workspace", "verify", "--variant")
OUTAGE = f"room killed, {SEATS // 2} of {SEATS} seats cut off"


def figures_of(workshop: Workshop) -> tuple[Figure, ...]:
    """Return what is measured of a workshop."""
    # Of many rooms all newcomers of a second come in the same moment: how long that may take for one
    # of them says nothing of a lesson.
    join = None if workshop.rooms > 1 else 100
    connections = Figure(
        f"{workshop.name}: connections to PostgreSQL", "", 1, 1, of_rooms(workshop, "connections")
    )
    return (
        Figure(f"{workshop.name}: a join, 95 of 100", "ms", join, 1, of_rooms(workshop, "join")),
        Figure(f"{workshop.name}: a poll, 95 of 100", "ms", 50, 1, of_rooms(workshop, "poll")),
        Figure(f"{workshop.name}: an event, 95 of 100", "ms", 100, 1, of_rooms(workshop, "events")),
        Figure(f"{workshop.name}: CPU of a core", "%", 100, 1, of_rooms(workshop, "cpu")),
        Figure(f"{workshop.name}: memory (PSS)", "MB", 150, 1, of_rooms(workshop, "memory")),
        *([connections] if workshop.on_postgres else []),
    )


ALL = (
    Figure("tutor --help", "s", 0.15, 9, commands("--help")),
    Figure("tutor start: first frame", "s", 0.7, 7, first_frames(TUTOR, "start")),
    Figure(
        "a bare Textual app: first frame",
        "s",
        None,
        7,
        first_frames(sys.executable, "-c", BARE_APP),
    ),
    Figure(FIRST_STACK, "s", 12, 3, first_stacks()),
    Figure("later start: PostgreSQL, shop answers", "s", 1.5, 7, later_stacks()),
    Figure("swap of a variant: first answer", "s", 1.0, 9, swaps()),
    Figure("verify --quick, fixed", "s", 3, 5, commands(*VERIFY, "fixed", "--quick")),
    Figure(
        "verify --quick, broken", "s", None, 3, commands(*VERIFY, "broken", "--quick", expect=3)
    ),
    *(
        Figure(f"a check of level {n}, all right: whole", "s", limit, 5, checks(n))
        for n, limit in enumerate((3, 3, 3, 3, 3, 3, 8, 5, 5, 5, 10, 8), start=1)
    ),
    *(
        Figure(f"a check of level {n}, as it begins: what is missed", "s", limit, 3, first_words(n))
        for n, limit in (*((n, 3) for n in range(1, 7)), (8, 5), (9, 5), (10, 5), (11, 10), (12, 8))
    ),
    Figure("verify, fixed", "s", 20, 3, commands(*VERIFY, "fixed")),
    Figure("verify, broken", "s", 20, 3, commands(*VERIFY, "broken", expect=3)),
    Figure("load of 1 worker: answers", "/s", None, 3, loads(1)),
    Figure("load of 2 workers: answers", "/s", None, 3, loads(2)),
    Figure("load of 4 workers: answers", "/s", None, 3, loads(4)),
    *(
        Figure(f"a journal of {LONG} runs: {name}", "s", limit, 3, of_journal(take))
        for name, limit, take in (
            ("first frame", 0.7, starts),
            ("list", None, lists),
            ("report", None, reports),
        )
    ),
    Figure("memory: game and idle stack (PSS)", "MB", 400, 3, memory),
    Figure("monitor: CPU of one look a second", "ms", 20, 5, looks),
    Figure("a key under full load: answered", "ms", 50, 12, answered_keys),
    Figure("the game under full load: CPU of a core", "%", 10, 4, cpu_of_game),
    *figures_of(ONE),
    *figures_of(MANY),
    Figure(f"{OUTAGE}: events lost", "", 0, 1, of_outage("lost")),
    Figure(f"{OUTAGE}: counted twice", "", 0, 1, of_outage("twice")),
)
OF_DOCKER = (
    Figure(f"docker: {FIRST_STACK}", "s", 20, 3, first_stacks("docker")),
    Figure("docker: later start, shop answers", "s", 5, 5, later_stacks("docker")),
    Figure("docker: swap of a variant, first answer", "s", 2.0, 6, swaps("docker")),
    Figure("docker: verify, fixed", "s", 30, 3, commands(*VERIFY, "fixed", "--stack", "docker")),
)

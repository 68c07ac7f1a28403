"""What a command of the plain game is called in the shell, and the other way round.

Some are called the same in both; those that are not are looked for under the wrong name.
"""

import re
from collections.abc import Callable

TWINS = {
    "goals": "show",
    "briefing": "show",
    "story": "show --part story",
    "lesson": "show --part lesson",
    "answer": "show --part answer",
    "scene": "show --part scenes",
    "check": "verify --quick",
    "play": "begin",
    "next": "begin",
    "map": "levels",
    "where": "levels",
    "guess": "diagnose",
    "checks": "journal",
    "restore": "journal restore",
    "logs": "stack logs",
    "monitor": "stack status",
    "links": "open",
}
"""The game's command, and the nearest thing in a shell."""
SAME = ("diagnose", "hint", "journal", "verify", "diff", "queue", "certificate", "open", "load")
"""What does without an option in the game, too."""
IN_GAME = {
    **{name: name for name in SAME},
    "show": "briefing",
    "levels": "map",
    "begin": "play",
    "reset --file": "reset",
    "verify --quick": "check",
    "journal restore": "restore",
    "stack logs": "logs",
}
"""The shell's command, and what it is called in the game."""
SHELL_ONLY = ("doctor", "demo", "image", "completion", "author", "join", "leave", "hand-in")
"""What only a shell can do."""
QUOTED = re.compile(r"`tutor ([^`]+)`")


def in_game(text: str, called: Callable[[str], str] = str) -> str:
    """Return *text* with the shell's commands that it quotes as the game's, where it has them.

    *called* says what a command of the game is called in the learner's language.
    """

    def as_typed(quoted: re.Match[str]) -> str:
        words = quoted[1].split()
        for count in (2, 1):
            name, rest = " ".join(words[:count]), words[count:]
            if name in IN_GAME and not any(word.startswith("-") for word in rest):
                return f"`{' '.join([called(IN_GAME[name]), *rest])}`"
        return quoted[0]

    return QUOTED.sub(as_typed, text)

"""The game in a browser, on this machine only: textual-serve runs it and draws what it draws.

The command line comes in, with the words that the game is to be started with.
It may not know the game itself, which runs in a process of its own, nor a rule or a service.
"""

import importlib.util
import sys
from collections.abc import Callable, Sequence

from tutor.base.errors import TutorError
from tutor.words.texts import Texts

SERVER = "LEVELUP_SERVED_BY"
"""Names, in the environment of a game in a browser, the process that serves it."""


def serve(words: Sequence[str], texts: Texts, port: int, tell: Callable[[str], None]) -> int:
    """Serve ``tutor start`` with *words* until a signal ends it; return the exit code.

    Args:
        words: What the game is told beside ``start``.
        texts: In which language the page around the game speaks.
        port: Where to listen; 0 for a free one.
        tell: Is handed the address, once the game can be opened.

    Raises:
        TutorError: textual-serve is not installed, or the port is taken.
    """
    if importlib.util.find_spec("textual_serve") is None:
        raise TutorError.named("no_textual_serve", python=sys.executable)
    from tutor.web.server import GameServer

    return GameServer(words, texts, port).run(tell)

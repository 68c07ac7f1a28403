"""Where a shell looks for its completions, and how ours gets there and away again.

The script goes into a file of our own. bash and zsh read it by a passage of their start file,
between two marks; fish looks into a folder by itself.
"""

import os
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tutor.base.files import cannot_write, remove, write_atomic
from tutor.base.paths import data_root

BEGIN, END = "# >>> tutor completion >>>", "# <<< tutor completion <<<"
PASSAGE = re.compile(rf"\n?{re.escape(BEGIN)}\n.*?{re.escape(END)}\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Setup:
    """How one shell is told."""

    script: Path
    """The file that holds the script."""
    start_file: Path | None = None
    """What the shell reads when it starts; None where it finds the script by itself."""
    before: str = ""
    """What has to be done in the start file first."""

    def install(self, script: str) -> list[Path]:
        """Put *script* where the shell finds it; return the files that changed.

        Raises:
            TutorError: a file cannot be read or written.
        """
        changed = [self.script] if _write(self.script, script) else []
        if self.start_file is None:
            return changed
        return changed + ([self.start_file] if self._sign(self._passage()) else [])

    def uninstall(self) -> list[Path]:
        """Take away what :meth:`install` put there; return the files that changed.

        Raises:
            TutorError: a file cannot be read or written.
        """
        changed = [self.start_file] if self.start_file and self._sign("") else []
        if self.script.is_file():
            remove(self.script)
            changed.append(self.script)
        return changed

    def _passage(self) -> str:
        file = shlex.quote(str(self.script))
        return f"\n{BEGIN}\n{self.before}[ -r {file} ] && . {file}\n{END}\n"

    def _sign(self, passage: str) -> bool:
        """Have *passage* in the start file, once, in place of ours; return whether it changed."""
        assert self.start_file is not None, "who asks has one"
        text = _read(self.start_file)
        found = PASSAGE.search(text)
        if found is None:
            whole = text + passage
        else:
            whole = f"{text[: found.start()]}{passage}{text[found.end() :]}"
        return _write(self.start_file, whole)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise cannot_write(path, error) from error


def _write(path: Path, text: str) -> bool:
    """Write *text*, unless it is there; return whether it was not."""
    if _read(path) == text:
        return False
    # People link their start files to where they keep them.
    place = path.resolve()
    mode = place.stat().st_mode & 0o777 if place.is_file() else 0o644
    write_atomic(place, text.encode(errors="surrogateescape"), mode=mode)
    return True


def _bash() -> Setup:
    return Setup(_own("bash"), Path.home() / ".bashrc")


def _zsh() -> Setup:
    folder = Path(os.environ.get("ZDOTDIR") or Path.home())
    ready = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }\n"
    return Setup(_own("zsh"), folder / ".zshrc", before=ready)


def _fish() -> Setup:
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return Setup(settings / "fish" / "completions" / "tutor.fish")


def _own(shell: str) -> Path:
    return data_root() / "completion" / f"tutor.{shell}"


SETUPS: Mapping[str, Callable[[], Setup]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
"""By the name of the shell."""

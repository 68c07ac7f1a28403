"""The learner's files: list, read, edit, compare."""

import difflib
import os
import shlex
import subprocess
from collections.abc import Sequence
from functools import partial

from tutor.base import interrupts
from tutor.base.errors import TutorError, UsageError
from tutor.base.tables import near
from tutor.cli.plain.commands.measure import run
from tutor.cli.plain.game import PlainGame
from tutor.cli.plain.words import command
from tutor.stack.plan import STACK_FILE
from tutor.views.syntax import first_problem

FEW = 3
"""Names that are said where none is near."""


@command("files", "files")
def files(game: PlainGame, rest: str) -> None:
    """List the files worth opening, or with `all` every one; a number reads one."""
    changed = _changed(game)
    names = game.desk.names()
    few = [name for name in names if name in {*game.at.files, STACK_FILE, *changed}]
    game.files = names if rest else few
    rows = []
    for name in game.files:
        mark = f" ({game.t('changed')})" if name in changed else ""
        rows.append((f"{name}{mark}", partial(file, game, name)))
    game.offer(rows)
    left_out = len(names) - len(game.files)
    if left_out:
        game.talk.tell(game.t("files_more", count=left_out, word=game.word("files")))
    game.talk.tell(game.t("files_how", folder=game.session.workspace.folder))


def _changed(game: PlainGame) -> set[str]:
    start, mine = game.session.contents("broken"), game.session.contents("mine")
    return {name for name in mine if mine[name] != start.get(name)}


@command("file", "files")
def file(game: PlainGame, rest: str) -> None:
    """Read a file with the numbers of its lines; `20-60` after its name reads a part."""
    name, _, part = rest.partition(" ")
    path = _named(game, name)
    lines = game.desk.text(path).splitlines()
    first, last = _part(part, len(lines))
    game.talk.say(f"{path}:")
    for number, line in enumerate(lines[first - 1 : last], first):
        game.talk.show(f"{number:>4}  {line}".rstrip())


def _part(words: str, count: int) -> tuple[int, int]:
    first, _, last = words.partition("-")
    begin = int(first) if first.strip().isdecimal() else 1
    end = int(last) if last.strip().isdecimal() else (begin if words and not last else count)
    return max(1, begin), min(count, end)


def _named(game: PlainGame, word: str) -> str:
    """Return the file that *word* names: its path or the end of it, or its place in the list."""
    names = game.desk.names()
    if not word:
        return next((name for name in game.at.files if name in names), names[0])
    listed = game.files or names
    if word.isdecimal() and 1 <= int(word) <= len(listed):
        return listed[int(word) - 1]
    found = [word] if word in names else [name for name in names if name.endswith(f"/{word}")]
    # Of many `views.py` the level's own is meant.
    found = [name for name in found if name in game.at.files] or found
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError.named("no_file", hint="meant", file=word, words=", ".join(found))
    raise _no_file(game, word, names, len(listed))


def _no_file(game: PlainGame, word: str, names: Sequence[str], last: int) -> UsageError:
    """Return the failure of who names a file there is none of.

    It never names all there are: they would be read aloud for minutes.
    """
    command = f"{game.word('files')} {game.t('word_all')}"
    if word.isdecimal():
        return UsageError.named(
            "no_file", hint="last_number", file=word, last=last, command=command
        )
    if near(word, names)["hint"] == "near":
        return UsageError.named("no_file", file=word, **near(word, names))
    words = ", ".join(difflib.get_close_matches(word, names, FEW, cutoff=0))
    return UsageError.named("no_file", hint="among", file=word, words=words, command=command)


@command("edit", "files")
def edit(game: PlainGame, rest: str) -> None:
    """Open a file in the learner's own editor, and check what was saved."""
    name = _named(game, rest)
    path = game.desk.path(name)
    program = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if not program.strip():
        raise TutorError.named("no_editor", hint="edit_yourself", path=path)
    game.desk.changed_outside()
    _lend_terminal(game, program, [*shlex.split(program), str(path)])
    saved = game.saved_outside()
    if saved:
        take_in(game, saved)
    else:
        game.talk.say(game.t("nothing_saved"))


def take_in(game: PlainGame, names: Sequence[str]) -> None:
    """Say what was saved, and check it; a file that nobody could read is only named."""
    files = ", ".join(names)
    if tell_unreadable(game, names):
        return
    if game.checks_on_save:
        game.talk.tell(game.texts("tui.files.saved_checking", file=files))
        run(game, quick=True)
    else:
        game.talk.tell(game.texts("tui.files.saved", file=files))


def tell_unreadable(game: PlainGame, names: Sequence[str]) -> bool:
    """Say which of the files *names* no program could read; return whether there is one."""
    unreadable = first_problem(names, game.desk.text)
    if unreadable is None:
        return False
    name, problem = unreadable
    told = {"file": name, "line": problem.line, "error": problem.message}
    game.talk.tell(game.texts("tui.files.syntax", **told))
    return True


def _lend_terminal(game: PlainGame, program: str, argv: list[str]) -> None:
    """Run an editor until it ends; Ctrl-C is for it meanwhile."""
    # What is piped in are our commands, not text for the editor.
    source = None if game.talk.is_alive else subprocess.DEVNULL
    try:
        with subprocess.Popen(argv, stdin=source) as editor:
            while editor.poll() is None:
                try:
                    editor.wait()
                except KeyboardInterrupt:
                    interrupts.again()
        reason = str(editor.returncode) if editor.returncode else ""
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        raise TutorError.named(
            "editor_failed", hint="edit_yourself", command=program, reason=reason, path=argv[-1]
        )


@command("diff", "files")
def diff(game: PlainGame, rest: str) -> None:
    """Say what was changed since the level began."""
    game.at  # noqa: B018 - without a level there is nothing to compare with
    game.talk.show(*(game.session.diff().splitlines() or [game.texts("tui.diff.empty")]))

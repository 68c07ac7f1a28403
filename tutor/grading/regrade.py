"""Judge what was handed in again: each bundle in a workspace of its own, gone afterwards.

Neither progress nor journal of whoever grades is touched, and one broken bundle ends no other.
"""

import contextlib
import secrets
import shutil
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tutor.base import log
from tutor.base.errors import ExitCode, TutorError
from tutor.base.files import cannot_write
from tutor.base.locks import if_free, locked
from tutor.base.paths import data_root, stack_root
from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.grading.archive import Bundle, read_bundle
from tutor.grading.manifest import LevelPart
from tutor.grading.result import (
    ERROR,
    NOT_BEGUN,
    UNREADABLE,
    Claims,
    Result,
    of_run,
    without_places,
)
from tutor.learner.history import History
from tutor.learner.journal import Journal
from tutor.learner.progress import LevelProgress, ProgressFile
from tutor.learner.room import RoomTie
from tutor.learner.session import Session
from tutor.words.texts import Texts

Results = Generator[Result, None, None]


@dataclass(frozen=True, slots=True)
class Terms:
    """How bundles are judged, the same for all."""

    levels: Sequence[Level]
    """The levels that this machine knows."""
    only: Level | None = None
    """The level that is asked for; None for all that are in a bundle."""
    quick: bool = False
    counters: bool = False
    where: str = "local"


def judge_bundle(path: Path, source: str, terms: Terms, texts: Texts) -> Results:
    """Yield how each level in the bundle *path* ends, under the name *source*."""
    common = Result("", ExitCode.ERROR, quick=terms.quick, counters=terms.counters, source=source)
    try:
        bundle = read_bundle(path)
    except TutorError as error:
        yield replace(common, outcome=UNREADABLE, why=texts.error_line(error))
        return
    parts = [p for p in bundle.manifest.levels if terms.only is None or p.slug == terms.only.slug]
    if not parts:
        why = texts("grading.not_in_bundle")
        yield replace(common, outcome=NOT_BEGUN, code=ExitCode.NOT_YET, level=terms.only, why=why)
        return
    try:
        with _place() as folder, _up(_session(folder, terms)) as session:
            for part in parts:
                yield _judge(session, bundle, part, common, terms, texts)
    except TutorError as error:
        yield replace(common, outcome=ERROR, why=texts.error_line(error))


@contextlib.contextmanager
def _up(session: Session) -> Iterator[Session]:
    """Hold the stack of *session*: what one level started, the next one finds running."""
    session.stack.up()
    try:
        yield session
    finally:
        session.stack.release()
        session.stack.wait_until_gone()


def _judge(
    session: Session, bundle: Bundle, part: LevelPart, common: Result, terms: Terms, texts: Texts
) -> Result:
    level = next((level for level in terms.levels if level.slug == part.slug), None)
    common = replace(common, level=level, claims=part.claims)
    if level is None:
        why = texts("grading.unknown_level", level=part.slug)
        return replace(common, outcome=UNREADABLE, why=why)
    try:
        session.workspace.fill(level.slug, bundle.files(part), part.number)
        run = _played(session, level, terms)
    except TutorError as error:
        return replace(common, outcome=ERROR, why=texts.error_line(error))
    places = {str(session.workspace.folder): "shop", str(data_root()): "levelup"}
    mine = _believed(part.claims)
    result = of_run(texts, level, without_places(run, places), mine)
    return replace(result, source=common.source, claims=part.claims)


def _believed(claims: Claims) -> LevelProgress:
    """Return what counts of what a bundle says: who has seen the answer wins no gold."""
    return LevelProgress(answer_seen=claims.answer_seen)


def _played(session: Session, level: Level, terms: Terms) -> RunFinished:
    run = None
    with contextlib.closing(session.play(level, "mine", quick=terms.quick)) as events:
        for event in events:
            run = event if isinstance(event, RunFinished) else run
    if run is None:
        raise KeyboardInterrupt
    return run


def _session(folder: Path, terms: Terms) -> Session:
    """Return a session in *folder* that knows of nobody, and lets run what the grader does."""
    session = Session(folder / "shop", terms.where)
    session.levels = list(terms.levels)
    session.counters = terms.counters
    session.room = RoomTie(of_learner=False)
    session.journal = Journal(folder / "journal")
    session.history = History(session.journal, lambda: session.workspace, lambda: session.levels)
    agreed = session.progress_file.read().packs
    session.progress_file = ProgressFile(folder / "progress.json")
    with session.progress_file.change() as progress:
        progress.packs = agreed
    return session


# -- the place -------------------------------------------------------------------------------------


@contextlib.contextmanager
def _place() -> Iterator[Path]:
    """Lend a folder of our own; it is removed at the end, or by the next one after a crash."""
    root = data_root() / "judging"
    folder = root / secrets.token_hex(4)
    with contextlib.ExitStack() as held:
        with locked(root / "tidying"):
            _remove_left(root)
            try:
                folder.mkdir()
            except OSError as error:
                raise cannot_write(folder, error) from error
            held.enter_context(locked(_lock_of(folder)))
        held.callback(_remove, folder)
        yield folder


def _lock_of(folder: Path) -> Path:
    return folder.with_suffix(".lock")


def _remove_left(root: Path) -> None:
    """Remove what is left of those that were killed: nobody holds its lock any more."""
    for path in root.glob("*.lock"):
        with contextlib.suppress(OSError, TutorError), if_free(path) as ours:
            if ours:
                _remove(path.with_suffix(""))


def _remove(folder: Path) -> None:
    """Remove a workspace with its stack; what cannot be removed is noted and stops nobody."""
    for path in (stack_root(folder / "shop"), stack_root(folder / "shop", "docker"), folder):
        shutil.rmtree(path, ignore_errors=True)
        if path.exists():
            log.note(f"{path} is left behind.")
    _lock_of(folder).unlink(missing_ok=True)

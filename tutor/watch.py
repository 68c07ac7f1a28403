"""Notice that files of the shop were saved."""

from collections.abc import Iterator
from pathlib import Path

from tutor.workspace.compose import SKIPPED_FOLDERS, SKIPPED_SUFFIXES


def changes(folder: Path) -> Iterator[set[str]]:
    """Yield once at the start, then the names of the files that were saved, until interrupted."""
    from watchfiles import Change, DefaultFilter, watch

    class OnlyTheShop(DefaultFilter):
        """Leaves out what is no part of the shop."""

        ignore_dirs = tuple(SKIPPED_FOLDERS)

        def __call__(self, change: Change, path: str) -> bool:
            return super().__call__(change, path) and not path.endswith(SKIPPED_SUFFIXES)

    yield set()
    for batch in watch(folder, watch_filter=OnlyTheShop(), debounce=200, raise_interrupt=True):
        yield {Path(path).relative_to(folder).as_posix() for _, path in batch}

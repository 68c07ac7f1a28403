"""Notice that files of the shop were saved."""

from collections.abc import Iterator
from pathlib import Path

from tutor.workspace.compose import SKIPPED_SUFFIXES, is_skipped


def changes(folder: Path) -> Iterator[set[str]]:
    """Yield once at the start, then the names of the files that were saved, until interrupted."""
    from watchfiles import Change, watch

    def is_of_the_shop(_change: Change, path: str) -> bool:
        *folders, name = Path(path).relative_to(folder).parts
        return not any(map(is_skipped, folders)) and not name.endswith(SKIPPED_SUFFIXES)

    yield set()
    for batch in watch(folder, watch_filter=is_of_the_shop, debounce=200, raise_interrupt=True):
        yield {Path(path).relative_to(folder).as_posix() for _, path in batch}

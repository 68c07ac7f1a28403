"""The learner's files as a tree: in every folder what the level is about comes first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Branch:
    """A file, or a folder with what is in it."""

    path: str
    """From the workspace on; a folder's ends with a slash."""
    label: str
    """Its name; of folders that have nothing but each other in them, all names."""
    rank: int | None = None
    """The place among the level's files of the first one in it; None where the level has none."""
    inside: tuple["Branch", ...] = ()

    @property
    def is_folder(self) -> bool:
        """Whether there can be anything in it."""
        return self.path.endswith("/")

    @property
    def is_touched(self) -> bool:
        """Whether it is one of the level's files, or has one of them in it."""
        return self.rank is not None


def branches(names: Sequence[str], first: Sequence[str], above: str = "") -> tuple[Branch, ...]:
    """Return the files *names* of the folder *above* as a tree.

    In each folder the level's own files stand first, in the order of *first*; then the folders
    that have some of them, then the other folders, then the other files.
    """
    ranks = {name: place for place, name in enumerate(first)}
    return tuple(sorted(_branches(sorted(names), ranks, above), key=_place))


def folders_above(path: str) -> Iterator[str]:
    """Yield the folders that *path* is in, the outermost first."""
    for place, sign in enumerate(path[:-1]):
        if sign == "/":
            yield path[: place + 1]


def _branches(names: Sequence[str], ranks: Mapping[str, int], above: str) -> Iterator[Branch]:
    folders: dict[str, list[str]] = {}
    for name in names:
        head, sign, _ = name[len(above) :].partition("/")
        if sign:
            folders.setdefault(head, []).append(name)
        else:
            yield Branch(name, head, ranks.get(name))
    for head, inside in folders.items():
        yield _folder(f"{above}{head}/", head, tuple(inside), ranks)


def _folder(path: str, label: str, names: Sequence[str], ranks: Mapping[str, int]) -> Branch:
    inside = tuple(sorted(_branches(names, ranks, path), key=_place))
    if len(inside) == 1 and inside[0].is_folder:
        only = inside[0]
        return Branch(only.path, f"{label}/{only.label}", only.rank, only.inside)
    touched = [branch.rank for branch in inside if branch.rank is not None]
    return Branch(path, label, min(touched, default=None), inside)


def _place(branch: Branch) -> tuple[int, int, str]:
    """Return what *branch* is sorted by within its folder."""
    if branch.rank is None:
        return 2 if branch.is_folder else 3, 0, branch.label
    return 1 if branch.is_folder else 0, branch.rank, branch.label

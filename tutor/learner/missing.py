"""What a shop that does not run lacks of the files that it started with."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from tutor.judge import Finding, Kind

if TYPE_CHECKING:
    from tutor.events import RunFinished

BREAKDOWNS = {
    f"{crash}{where}"
    for crash in ("shop_does_not_start", "migration_fails", "page_fails", "workers_crash")
    for where in ("", "_elsewhere", "_silently")
}


def with_missing_files(
    run: "RunFinished", start: Collection[str], tested: Collection[str]
) -> "RunFinished":
    """Return *run* with a note of the files of *start* that were not among those *tested*."""
    gone = sorted(set(start) - set(tested))
    if not (gone and BREAKDOWNS & {finding.id for finding in run.verdict.findings}):
        return run
    finding = Finding("files_missing", Kind.NOTE, {"files": ", ".join(gone[:5])})
    verdict = replace(run.verdict, findings=(*run.verdict.findings, finding))
    return replace(run, verdict=verdict)

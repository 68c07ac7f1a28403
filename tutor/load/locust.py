"""Run a locustfile headless and read what it reports."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutor.curriculum import LoadPlan
from tutor.errors import TutorError
from tutor.stack.cancel import Cancel
from tutor.stack.services.base import Command
from tutor.stack.stack import Stack

REPORTER = Path(__file__).with_name("reporter.py")
STARTUP = 40.0
"""Seconds Locust may take beyond the load itself, to start and to end."""
LAST_ANSWER = 15.0
"""Seconds a visitor who is in the shop when time is up is waited for."""
BUSY = 90.0
"""Percent of a core from which on Locust itself is the bottleneck."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of the load."""

    second: float
    users: int
    requests: int
    failures: int
    rps: float
    p50_ms: float
    p95_ms: float
    cpu_percent: float
    last: bool = False
    errors: Mapping[str, int] = field(default_factory=dict)
    """The messages of failed requests and how often each came; in the last sample only."""
    extra: Mapping[str, float] = field(default_factory=dict)
    """What the locustfile counts itself (``environment.extra``), for example arrivals offered."""


class Locust:
    """One load test against one address."""

    def __init__(
        self, stack: Stack, locustfile: Path, plan: LoadPlan, cgroups: tuple[str, ...] = ()
    ) -> None:
        self.stack = stack
        self.locustfile = locustfile
        self.plan = plan
        self.cgroups = cgroups
        """The cgroups to run in: beside servers that have a share, never on one of them."""

    def run(
        self,
        url: str,
        cancel: Cancel,
        *,
        env: Mapping[str, str],
        seen: Callable[[Sample], None] = lambda sample: None,
        during: Callable[[], None] = lambda: None,
    ) -> Sample:
        """Load *url*, tell each sample to *seen*, call *during* ever so often; return the last.

        Raises:
            TutorError: the load generator failed; that is ours.
        """
        samples = _Samples(self.stack.folder / "load.jsonl", seen)
        command = self._command(url, env, samples.path)
        timeout = self.plan.seconds + STARTUP

        def tick() -> None:
            samples.read()
            during()

        code = self.stack.run_watched(command, cancel, timeout=timeout, tick=tick)
        samples.read()
        if samples.last is None:
            raise TutorError(
                f"The load generator ended with code {code} and reported nothing: "
                f"{self.stack.tail('load').strip()[-300:]}",
                hint="`tutor doctor` checks Locust; the full log is `tutor stack logs load`.",
            )
        return samples.last

    def _command(self, url: str, env: Mapping[str, str], samples: Path) -> Command:
        plan = self.plan
        argv = (
            *(sys.executable, "-m", "locust", "--headless", "--only-summary", "--skip-log-setup"),
            *("-f", f"{self.locustfile},{REPORTER}", "-H", url),
            *("-u", str(plan.users), "-r", str(plan.spawn_rate), "-t", f"{plan.seconds:g}s"),
            # Who is being served when time is up is waited for: a slow answer is an answer.
            *("--stop-timeout", f"{LAST_ANSWER:g}"),
        )
        return Command(
            name="load",
            argv=argv,
            cwd=self.locustfile.parent,
            env={**self.stack.base_env(), **env, "LEVELUP_SAMPLES": str(samples)},
            log=self.stack.log("load"),
            cgroups=self.cgroups,
        )


class _Samples:
    """The reporter's lines as they come."""

    def __init__(self, path: Path, seen: Callable[[Sample], None]) -> None:
        path.unlink(missing_ok=True)
        self.path = path
        self.last: Sample | None = None
        self._seen = seen
        self._read = 0
        self._before = (0.0, 0)

    def read(self) -> None:
        """Tell what was written since the last reading."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._read)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            self._tell(json.loads(line))

    def _tell(self, line: dict[str, float]) -> None:
        second, requests = line["second"], int(line["requests"])
        since = second - self._before[0]
        rps = (requests - self._before[1]) / since if since > 0 else 0.0
        average = line.pop("average_rps")
        sample = Sample(**{**line, "rps": round(average if line["last"] else rps, 2)})  # type: ignore[arg-type]
        self._before = (second, requests)
        if sample.last:
            self.last = sample
        else:
            self._seen(sample)

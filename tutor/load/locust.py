"""Run a locustfile headless, alone or with workers, and read what it reports."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.base.files import whole_lines
from tutor.curriculum import LoadPlan
from tutor.load.crew import MASTER_PORT, Crew, setting_of
from tutor.machine import relay
from tutor.machine.command import Command
from tutor.machine.ports import LOOPBACK, free_port
from tutor.machine.slowdown import slowdown
from tutor.machine.status import UNKNOWN_SERVICE
from tutor.stack.stack import Stack, last_words

REPORTER = Path(__file__).with_name("reporter.py")
PART = Path(__file__).with_name("part.py")
TALLY = Path(__file__).with_name("tally.py")
STARTUP = 40.0
"""Seconds Locust may take beyond the load itself, to start and to end, where nobody crowds."""
COMING = 600
"""Seconds in which workers on other machines have to come."""
LAST_ANSWER = 15.0
"""Seconds a visitor who is in the shop when time is up is waited for."""
BUSY = 90.0
"""Percent of a core from which on Locust itself is the bottleneck."""
GATE = "gate"
"""The name of what leads workers on other machines to the shop."""


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
    """Of a core: Locust's own, or that of its busiest worker."""
    last: bool = False
    errors: Mapping[str, int] = field(default_factory=dict)
    """An example of each kind of failure and how many there were; in the last sample only."""
    extra: Mapping[str, float] = field(default_factory=dict)
    """What the locustfile counts itself (``environment.extra``), for example arrivals offered."""


class Locust:
    """One load test against one address."""

    def __init__(
        self,
        stack: Stack,
        locustfile: Path,
        plan: LoadPlan,
        cgroups: tuple[str, ...] = (),
        crew: Crew | None = None,
    ) -> None:
        self.stack = stack
        self.locustfile = locustfile
        self.plan = plan
        self.cgroups = cgroups
        """The cgroups to run in: beside servers that have a share, never on one of them."""
        self.crew = crew or Crew()
        self._beside: list[str] = []
        """What runs beside the master."""

    def run(
        self,
        url: str,
        cancel: Cancel,
        *,
        env: Mapping[str, str],
        seen: Callable[[Sample], None] = lambda sample: None,
        during: Callable[[], None] = lambda: None,
        came: Callable[[int], None] = lambda count: None,
    ) -> Sample:
        """Load *url*, tell each sample to *seen*, call *during* ever so often; return the last.

        *came* is told how many workers are there, until all are.

        Raises:
            TutorError: the load generator failed, or a part of it; that is ours.
        """
        samples = _Samples(self.stack.folder / "load.jsonl", seen, came)
        began = False

        def tick() -> None:
            nonlocal began
            gone = self._gone()
            samples.read()
            if samples.last is None:
                self._check_crew(samples, gone)
            began = began or not self.crew.size or samples.joined >= self.crew.size
            if began:
                during()

        patience = STARTUP * slowdown() + (COMING if self.crew.awaited else 0)
        with ExitStack() as stack:
            if self.crew.size:
                command, others = self._of_crew(url, env, samples.path)
                stack.enter_context(self.stack.beside(others))
            else:
                command = self._alone(url, env, samples.path)
            code = self.stack.run_watched(
                command, cancel, timeout=self.plan.seconds + patience, tick=tick
            )
        samples.read()
        if samples.last is None:
            raise self._nothing(samples, code)
        return samples.last

    # -- one process -------------------------------------------------------------------------------

    def _alone(self, url: str, env: Mapping[str, str], samples: Path) -> Command:
        plan = self.plan
        return self._command(
            "load",
            *("--headless", "--only-summary", "--skip-log-setup"),
            *("-f", f"{self.locustfile},{TALLY},{REPORTER}", "-H", url),
            *("-u", str(plan.users), "-r", str(plan.spawn_rate), "-t", f"{plan.seconds:g}s"),
            # Who is being served when time is up is waited for: a slow answer is an answer.
            *("--stop-timeout", f"{LAST_ANSWER:g}"),
            env={**env, "LEVELUP_SAMPLES": str(samples)},
        )

    def _command(self, name: str, *arguments: str, env: Mapping[str, str]) -> Command:
        return Command(
            name=name,
            argv=(sys.executable, "-m", "locust", *arguments),
            cwd=self.locustfile.parent,
            env={**self.stack.outside_env(), **env},
            log=self.stack.log(name),
            cgroups=self.cgroups,
            outside=True,
        )

    # -- several -----------------------------------------------------------------------------------

    def _of_crew(
        self, url: str, env: Mapping[str, str], samples: Path
    ) -> tuple[Command, list[Command]]:
        """Return the master, and what runs beside it: workers, a gate to the shop for others."""
        crew, plan = self.crew, self.plan
        # Somebody who comes from elsewhere looks at the usual port.
        port = MASTER_PORT if crew.awaited else free_port()
        shop = urlsplit(url).port or 80
        setting = self.stack.folder / "setting.py"
        files = (setting, self.locustfile, TALLY, REPORTER, PART)
        came = [path.name for path in files]
        setting.write_text(setting_of(env, came, seconds=plan.seconds, shop=shop))
        users = crew.users(plan.users, plan.rate)
        rate = max(plan.spawn_rate, users) if users != plan.users else plan.spawn_rate
        master = self._command(
            "load",
            *("--headless", "--only-summary", "--skip-log-setup", "--master"),
            *("-f", ",".join(map(str, files)), "-H", url),
            *("-u", str(users), "-r", str(rate), "--stop-timeout", f"{LAST_ANSWER:g}"),
            *("--master-bind-host", crew.address, "--master-bind-port", str(port)),
            *("--expect-workers", str(crew.size), "--expect-workers-max-wait", str(COMING)),
            env={**env, "LEVELUP_SAMPLES": str(samples), "LEVELUP_SECONDS": f"{plan.seconds:g}"},
        )
        workers = [
            self._command(
                f"load-{number}",
                *("--worker", "-f", f"{self.locustfile},{TALLY},{PART}", "-L", "WARNING"),
                *("--master-host", crew.address, "--master-port", str(port)),
                env={**env, "LEVELUP_SECONDS": f"{plan.seconds:g}", "LEVELUP_SHOP": str(shop)},
            )
            for number in range(1, crew.local + 1)
        ]
        others = [*self._gate(shop), *workers]
        self._beside = [command.name for command in others]
        return master, others

    def _gate(self, shop: int) -> Iterator[Command]:
        """Yield what opens the shop's port to workers on other machines, where some are awaited."""
        if self.crew.awaited and self.crew.address != LOOPBACK:
            argv = (sys.executable, "-IS", relay.__file__, "--gate", self.crew.address, str(shop))
            base = self._command(GATE, env={})
            yield replace(base, argv=argv)

    def _gone(self) -> dict[str, int]:
        """Return what of this machine's has ended, and with which code."""
        if not self._beside:
            return {}
        status = self.stack.status()
        states = {name: status.get(name, UNKNOWN_SERVICE) for name in self._beside}
        return {name: state.code or 0 for name, state in states.items() if not state.running}

    def _check_crew(self, samples: "_Samples", gone: Mapping[str, int]) -> None:
        """Refuse to go on with fewer visitors than the level asks for, or with others.

        Raises:
            TutorError: a worker died, or one too many came: nobody's shop is to blame.
        """
        for name, code in gone.items():
            raise TutorError.named(
                "gate_died" if name == GATE else "worker_died",
                hint="not_yours",
                number=name.removeprefix("load-"),
                code=code,
                last=last_words(self.stack.tail(name))[:200],
            )
        if samples.lost:
            raise TutorError.named(
                "workers_lost", hint="not_yours", lost=samples.lost, size=self.crew.size
            )
        if samples.more:
            raise TutorError.named("workers_too_many", more=samples.more)

    def _nothing(self, samples: "_Samples", code: int) -> TutorError:
        crew = self.crew
        if samples.joined < crew.size:
            return TutorError.named(
                "workers_missing",
                hint="invite_workers" if crew.awaited else "ask_first_worker",
                joined=samples.joined,
                size=crew.size,
                said=self.stack.tail("load").strip()[-200:],
                invitation=crew.invitation,
            )
        return TutorError.named(
            "load_unreported", code=code, said=self.stack.tail("load").strip()[-300:]
        )


class _Samples:
    """The reporter's lines as they come."""

    def __init__(
        self, path: Path, seen: Callable[[Sample], None], came: Callable[[int], None]
    ) -> None:
        path.unlink(missing_ok=True)
        self.path = path
        self.last: Sample | None = None
        self.joined = self.lost = self.more = 0
        """Workers that are there, that went, that came too late."""
        self._seen = seen
        self._came = came
        self._read = 0
        self._before = (0.0, 0)

    def read(self) -> None:
        """Tell what was written since the last reading."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._read)
            lines = whole_lines(file.read())
        for line in lines:
            self._read += len(line) + 1
            self._take(json.loads(line))

    def _take(self, line: dict[str, Any]) -> None:
        match line:
            case {"joined": count}:
                if count != self.joined:
                    self._came(count)
                self.joined = count
            case {"lost": lost, "more": more}:
                self.lost, self.more = lost, more
            case _:
                self._tell(line)

    def _tell(self, line: dict[str, Any]) -> None:
        second, requests = line["second"], int(line["requests"])
        since = second - self._before[0]
        rps = (requests - self._before[1]) / since if since > 0 else 0.0
        average = line.pop("average_rps")
        sample = Sample(**{**line, "rps": round(average if line["last"] else rps, 2)})
        self._before = (second, requests)
        if sample.last and not self.lost:
            self.last = sample
        elif not sample.last:
            self._seen(sample)

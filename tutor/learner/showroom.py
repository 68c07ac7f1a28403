"""The shop that the learner looks at in a browser: explore mode, on the learner's own files."""

from tutor.base.cancel import Cancel
from tutor.curriculum import Level
from tutor.events import Event
from tutor.learner.session import Session
from tutor.run.play import RunSpec
from tutor.stack.databases import migrations_key
from tutor.stack.ground import Ground, prepare_ground
from tutor.stack.links import running_door
from tutor.stack.naming import SITE
from tutor.stack.plan import STACK_FILE, read_plan
from tutor.stack.site import Site, make_site
from tutor.stack.starting import Emit


def ignore(event: Event) -> None:
    """Tell nobody."""


class Showroom:
    """One shop for people, on one address; the variant behind it can be swapped."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.variant = "mine"
        self._site: Site | None = None

    @property
    def url(self) -> str:
        """The shop's address; empty while it is not up."""
        return self._site.url if self._site and self._site.services else ""

    @property
    def site(self) -> Site | None:
        """The shop that is served; None while it is not up."""
        return self._site if self._site and self._site.services else None

    def join(self, level: Level, cancel: Cancel, emit: Emit = ignore) -> Site:
        """Return the learner's shop as another tutor serves it; where none does, serve it.

        Nothing that runs is started anew. Whoever joins holds the stack, and lets go of it.
        """
        stack = self.session.stack
        if not (stack.find() and running_door(stack)):
            self.open(level, cancel, emit)
            assert self._site is not None, "it was just opened"
            return self._site
        spec = self.session.run_spec(level, "mine")
        plan = read_plan(spec.healthy_files[STACK_FILE])
        ground = prepare_ground(stack, plan, spec.seeding, emit, cancel, level.machine)
        site = self._site_of(spec, ground)
        site.join(self._database(spec, ground, site, cancel))
        return site

    def open(self, level: Level, cancel: Cancel, emit: Emit = ignore) -> str:
        """Serve the learner's shop and return its address; what already runs stays up."""
        return self.swap(level, self.variant, cancel, emit)

    def swap(self, level: Level, variant: str, cancel: Cancel, emit: Emit = ignore) -> str:
        """Serve *variant* on the same address and return it.

        The learner's own files are served from the workspace itself, so an edit shows on the next
        request; the other variants have a folder of their own and touch nothing.
        """
        spec, stack = self.session.run_spec(level, variant), self.session.stack
        plan = read_plan(spec.healthy_files[STACK_FILE])
        ground = prepare_ground(stack, plan, spec.seeding, emit, cancel, level.machine)
        port = running_door(stack)
        self._stop_all()
        site = self._site_of(spec, ground)
        database = self._database(spec, ground, site, cancel)
        site.serve(database, emit, cancel, explore=True, port=port)
        self._site, self.variant = site, variant
        return site.url

    def close(self) -> None:
        """Stop serving."""
        if self._site is not None:
            self._site.stop()

    def _stop_all(self) -> None:
        """Stop every service of a showroom, whichever tutor started it."""
        stack = self.session.stack
        for name in reversed([name for name in stack.status() if name.endswith(f"-{SITE}")]):
            stack.stop(name, grace=0)

    def _database(self, spec: RunSpec, ground: Ground, site: Site, cancel: Cancel) -> str:
        """Return the database for these files: what a visitor did stays until migrations change."""
        name = f"shop_{spec.level.number}_{migrations_key(spec.files)}"
        if not ground.databases.exists(name):
            ground.databases.clone(ground.seed, name, cancel)
            site.prepare(name)
            try:
                if spec.level.data:
                    ground.databases.add(name, spec.level.data)
                site.migrate(name, spec.files, spec.seeding, cancel)
            except BaseException:
                ground.databases.drop(name)
                raise
        return name

    def _site_of(self, spec: RunSpec, ground: Ground) -> Site:
        if spec.variant == "mine":
            folder = self.session.workspace.folder
            return Site(ground, SITE, folder, folder, spec.level.machine)
        return make_site(ground, SITE, spec.files, machine=spec.level.machine)

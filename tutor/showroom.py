"""The shop that the learner looks at in a browser: explore mode, on the learner's own files."""

from collections.abc import Mapping
from pathlib import Path

from tutor.curriculum import Level
from tutor.events import Event
from tutor.play import Game
from tutor.session import Session
from tutor.stack.cancel import Cancel
from tutor.stack.ground import Emit, Ground, prepare_ground
from tutor.stack.plan import STACK_FILE, read_plan
from tutor.stack.site import Site, make_site


def ignore(event: Event) -> None:
    """Tell nobody."""


SERVICE = "gunicorn-showroom"


class Showroom:
    """One shop for people, on one address; the variant behind it can be swapped."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.variant = "mine"
        self._ground: Ground | None = None
        self._site: Site | None = None

    @property
    def url(self) -> str:
        """The shop's address; empty while it is not up."""
        return self._site.url if self._site and self._site.gunicorn else ""

    def open(self, level: Level, cancel: Cancel, emit: Emit = ignore) -> str:
        """Serve the learner's shop and return its address; what already runs stays up."""
        return self.swap(level, self.variant, cancel, emit)

    def swap(self, level: Level, variant: str, cancel: Cancel, emit: Emit = ignore) -> str:
        """Serve *variant* on the same address and return it.

        The learner's own files are served from the workspace itself, so an edit shows on the next
        request; the other variants have a folder of their own and touch nothing.
        """
        game = self.session.game(level, variant)
        ground = self._prepared_ground(game, emit, cancel)
        port = self._running_port()
        self.session.stack.stop(SERVICE, grace=0)
        database = f"shop_{level.slug}"
        if not ground.databases.exists(database):
            ground.databases.clone(ground.seed, database)
        site = self._site_of(game, ground)
        site.migrate(database, game.files, game.healthy_files, cancel)
        site.serve(database, emit, cancel, explore=True, port=port)
        self._site, self.variant = site, variant
        return site.url

    def _running_port(self) -> int:
        """Return the port on which the shop is served, by whichever tutor; 0 where it is not."""
        service = self.session.stack.status().get(SERVICE, {})
        return int(service["info"]["port"]) if service.get("running") else 0

    def close(self) -> None:
        """Stop serving."""
        if self._site is not None:
            self._site.stop()

    def _prepared_ground(self, game: Game, emit: Emit, cancel: Cancel) -> Ground:
        plan = read_plan(game.healthy_files[STACK_FILE])
        self._ground = prepare_ground(self.session.stack, plan, game.healthy_files, emit, cancel)
        return self._ground

    def _site_of(self, game: Game, ground: Ground) -> Site:
        if game.variant == "mine":
            folder = self.session.workspace.folder
            return Site(ground, "showroom", folder, folder)
        files: Mapping[str, Path] = game.files
        return make_site(ground, "showroom", files)

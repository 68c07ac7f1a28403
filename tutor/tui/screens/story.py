"""The story of a level, scene by scene, and what a wrong fix does to its people."""

from abc import abstractmethod

from textual import events
from textual.app import ComposeResult

from tutor.curriculum import Level
from tutor.judge import Verdict
from tutor.learner.way import note_story
from tutor.tui.base import TutorScreen
from tutor.tui.keys import key
from tutor.tui.story import Scene, read_story
from tutor.tui.widgets.plain import Static
from tutor.tui.widgets.scene import SceneView
from tutor.words.scenes import scene_for

ROOMY = 30
"""Lines from which a scene that is shown as a whole has room for two portraits."""


def last_stack(scenes: list[Scene]) -> str:
    """Return the last picture of the stack in *scenes*; empty where there is none."""
    drawn = [scene.stack for scene in scenes if scene.stack]
    return drawn[-1] if drawn else ""


class Playlet(TutorScreen):
    """Scenes to listen to; any key completes the line that is being said."""

    CSS_PATH = "story.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (ROOMY, "-high")]
    BINDINGS = [
        key("enter,space,right", "next_line", display="enter"),
        key("n", "next_scene"),
        key("left,backspace", "previous_scene", display="←"),
        key("escape", "skip", display="esc"),
    ]

    def __init__(self, level: Level) -> None:
        super().__init__()
        self.level = level
        self.page = 0

    @property
    @abstractmethod
    def scenes(self) -> list[Scene]:
        """The scenes in the learner's language."""

    @abstractmethod
    def heading(self) -> str:
        """Return what stands above the scene."""

    def stack_before(self) -> str:
        """Return the picture of the stack that is there when the scene begins."""
        return last_stack(self.scenes[: self.page])

    # -- showing ---------------------------------------------------------------------------------

    def content(self) -> ComposeResult:
        """Show the scene that is on."""
        yield Static(id="heading")
        yield self._view()

    def _view(self, at: int = 0) -> SceneView:
        return SceneView(
            self.scenes[self.page],
            before=self.stack_before(),
            paced=self.tutor.preferences.paced,
            moving=self.tutor.preferences.motion,
            at=at,
        )

    def on_mount(self) -> None:
        """Say where we are."""
        self.settle()

    def settle(self) -> None:
        """Say where we are, and let the arrows scroll."""
        self.query_one("#heading", Static).update(self.heading())
        self.query_one("#told").focus()

    async def change_language(self) -> None:
        """Say the line that is on in the other language."""
        at = self.view.at
        await super().change_language()
        await self._put(self._view(at))

    async def change_pace(self) -> None:
        """Tell the scene as the learner now likes it."""
        await self._put(self._view())

    @property
    def view(self) -> SceneView:
        """The scene that is on."""
        return self.query_one(SceneView)

    async def _put(self, view: SceneView) -> None:
        await self.view.remove()
        await self.mount(view, after="#heading")
        self.settle()

    # -- going on --------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Complete the line with any key that means nothing else."""
        if self.view.is_typing and event.key not in self.active_bindings:
            event.stop()
            self.view.complete()

    async def on_click(self) -> None:
        """Go on by mouse, too."""
        await self.action_next_line()

    async def action_next_line(self) -> None:
        """Complete the line; then say the next one, and turn the page after the last."""
        if self.view.is_typing:
            self.view.complete()
        elif not self.view.is_over:
            self.view.next_line()
        else:
            await self.action_next_scene()

    async def action_next_scene(self) -> None:
        """Turn the page; after the last one, leave."""
        if self.page + 1 < len(self.scenes):
            await self._turn_to(self.page + 1)
        else:
            self.action_skip()

    async def action_previous_scene(self) -> None:
        """Turn back."""
        if self.page:
            await self._turn_to(self.page - 1)

    async def _turn_to(self, page: int) -> None:
        self.page = page
        await self._put(self._view())

    def action_skip(self) -> None:
        """Leave."""
        self.app.pop_screen()


class StoryScreen(Playlet):
    """How a level begins."""

    def __init__(self, level: Level, *, then_work: bool = False) -> None:
        super().__init__(level)
        self._then_work = then_work

    @property
    def scenes(self) -> list[Scene]:
        """The level's story."""
        return read_story(self.level.text("story", self.language))

    def heading(self) -> str:
        """Return the level, and how far its story is."""
        title = self.level.title[self.language]
        where = self.t("story.where", page=self.page + 1, pages=len(self.scenes))
        return f"{self.level.number}  {title}  ·  {where}"

    def action_skip(self) -> None:
        """Go to work, or back to it."""
        note_story(self.session, self.level)
        if self._then_work:
            self.tutor.navigator.from_story_to_work(self.level)
        else:
            self.app.pop_screen()


class SceneScreen(Playlet):
    """What a wrong fix leads to, as the people of the story see it."""

    def __init__(self, level: Level, verdict: Verdict) -> None:
        super().__init__(level)
        self.verdict = verdict

    @property
    def scenes(self) -> list[Scene]:
        """The one scene."""
        scene = scene_for(self.level, self.verdict, self.tutor.texts)
        return [scene] if scene else []

    def stack_before(self) -> str:
        """Return the stack as the story left it."""
        return last_stack(read_story(self.level.text("story", self.language)))

    def heading(self) -> str:
        """Return the level, and that the story goes on."""
        title = self.level.title[self.language]
        return f"{self.level.number}  {title}  ·  {self.t('scene.meanwhile')}"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no other scenes: there is one."""
        return action not in ("next_scene", "previous_scene")

"""The story of a level, scene by scene."""

from textual.app import ComposeResult
from textual.widgets import Static

from tutor.curriculum import Level
from tutor.tui.base import TutorScreen
from tutor.tui.keys import key
from tutor.tui.story import Scene, read_story
from tutor.tui.widgets.scene import SceneView


class StoryScreen(TutorScreen):
    """Scenes to page through."""

    CSS_PATH = "story.tcss"
    BINDINGS = [
        key("enter,space,right", "next_scene", display="enter"),
        key("left,backspace", "previous_scene", display="←"),
        key("escape", "skip"),
    ]

    def __init__(self, level: Level, *, then_work: bool = False) -> None:
        super().__init__()
        self.level = level
        self.page = 0
        self._then_work = then_work

    @property
    def scenes(self) -> list[Scene]:
        """The scenes in the learner's language."""
        return read_story(self.level.text("story", self.language))

    def content(self) -> ComposeResult:
        """Show the scene that is on."""
        yield Static(id="heading", markup=False)
        yield SceneView(self.scenes[self.page])

    def on_mount(self) -> None:
        """Say how far the story is."""
        self.settle()

    def settle(self) -> None:
        """Say how far the story is, and let the arrows scroll."""
        title = self.level.title[self.language]
        where = self.t("story.where", page=self.page + 1, pages=len(self.scenes))
        self.query_one("#heading", Static).update(f"{self.level.number}  {title}  ·  {where}")
        self.query_one(SceneView).focus()

    async def action_next_scene(self) -> None:
        """Turn the page; after the last one, go to work."""
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
        await self.query_one(SceneView).remove()
        await self.mount(SceneView(self.scenes[page]), after="#heading")
        self.settle()

    def action_skip(self) -> None:
        """Leave the story."""
        if self._then_work:
            from tutor.tui.screens.workbench import Workbench

            self.app.switch_screen(Workbench(self.level))
        else:
            self.app.pop_screen()

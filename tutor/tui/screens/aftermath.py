"""What a verdict sets off: a win is celebrated, a wrong fix has its scene."""

from typing import TYPE_CHECKING

from tutor.curriculum import Level
from tutor.curriculum.story import Scene
from tutor.scenes import scene_for
from tutor.tui.base import TutorScreen

if TYPE_CHECKING:
    from tutor.events import RunFinished


class PlaysOn(TutorScreen):
    """The part of the verdict's screen in which the story goes on."""

    level: Level
    finished: "RunFinished"

    def on_mount(self) -> None:
        """Celebrate a win, once."""
        finished = self.finished
        won = finished.verdict.won and not finished.quick
        if won and self.tutor.celebrates and finished is not self.tutor.celebrated:
            from tutor.tui.screens.win import WinScreen

            self.tutor.celebrated = finished
            self.app.push_screen(WinScreen(self.level, finished))

    @property
    def scene(self) -> Scene | None:
        """What happens in the office because of this verdict; None where nothing does."""
        return scene_for(self.level, self.finished.verdict, self.tutor.texts)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the scene where there is one."""
        return self.scene is not None if action == "scene" else True

    def action_scene(self) -> None:
        """Play the scene."""
        from tutor.tui.screens.story import SceneScreen

        self.app.push_screen(SceneScreen(self.level, self.finished.verdict))

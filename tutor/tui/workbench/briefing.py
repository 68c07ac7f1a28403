"""The briefing: what is wrong, what the learner thinks it is, and the way to story and answer."""

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Markdown

from tutor.tui.keys import key
from tutor.tui.story import code
from tutor.tui.widgets.more import More
from tutor.tui.widgets.question import Question
from tutor.tui.workbench.part import Part
from tutor.words.ways import prose


class BriefingTab(Part):
    """The text of the level over the question that it asks."""

    NAME = "briefing"
    KEYS = (
        key("d", "diagnose", show=False),
        key("a", "answer", show=False),
        key("s", "story_again", show=False),
    )

    def compose(self) -> ComposeResult:
        """Yield the text, and the question where there is one."""
        with VerticalScroll(id="text") as text:
            yield Markdown(prose(self.level, "briefing", self.texts, "screens"))
        yield More(text)
        if self.level.diagnosis or self.level.prediction:
            yield Question(id="question")

    async def change_language(self) -> None:
        """Put the text of the other language in the place of this one's."""
        await self.recompose()
        self.settle()

    def settle(self) -> None:
        """Show the question, or what was answered."""
        if not self.query(Question):
            return
        with self.explained():
            mine = self.session.level_progress(self.level)
            self.query_one(Question).update(code(self._asked(mine.diagnosis, mine.prediction)))

    # -- the diagnosis ---------------------------------------------------------------------------

    @on(Question.Pressed)
    def answer_question(self, message: Question.Pressed) -> None:
        """Let the learner answer by mouse, too."""
        message.stop()
        self.action_diagnose()

    def action_diagnose(self) -> None:
        """Ask what is wrong, and for a number; nobody has to answer."""
        asked = self.level.diagnosis
        if asked is None:
            self._ask_number()
            return
        with self.explained():
            self.tutor.navigator.choose(
                lambda: asked.question[self.texts.language],
                lambda: {name: text[self.texts.language] for name, text in asked.choices.items()},
                self.session.level_progress(self.level).diagnosis,
                self._note_diagnosis,
                how=lambda: self.t("diagnosis.how"),
            )

    def _note_diagnosis(self, choice: str | None) -> None:
        if choice:
            self.background(
                lambda: self.session.diagnose(self.level, choice),
                lambda _: self.settle(),
                group="diagnose",
            )
            if self.level.prediction:
                self._ask_number()

    def _ask_number(self) -> None:
        """Ask for the number that the learner expects after the repair."""
        asked = self.level.prediction
        if asked is None:
            self.news("diagnosis.nothing")
            return
        guess = self.session.level_progress(self.level).prediction
        with self.explained():
            self.tutor.navigator.ask_number(
                lambda: asked.question[self.texts.language],
                "" if guess is None else self.texts.number(guess),
                self._note_number,
                how=lambda: self.t("diagnosis.how_number", unit=self._unit(asked.measure)),
            )

    def _note_number(self, number: float | None) -> None:
        if number is not None:
            self.background(
                lambda: self.session.predict(self.level, number),
                lambda _: self.settle(),
                group="predict",
            )

    def _unit(self, measure: str) -> str:
        return self.texts.unit(self.level, measure) or self.texts.measure(measure)

    def _asked(self, said: str, guess: float | None) -> str:
        """Return the open question, or what was answered."""
        asked, number, language = self.level.diagnosis, self.level.prediction, self.texts.language
        answers = []
        if asked and said in asked.choices:
            answers.append(asked.choices[said][language])
        if number and guess is not None:
            answers.append(f"{self.texts.number(guess)} {self._unit(number.measure)}")
        if answers:
            return self.t("diagnosis.so_far", said=" · ".join(answers))
        question = asked.question if asked else number.question if number else {}
        return self.t("diagnosis.ask", question=question.get(language, ""))

    # -- story and answer ------------------------------------------------------------------------

    def action_story_again(self) -> None:
        """Read the story again."""
        self.tutor.navigator.read_story(self.level)

    def action_answer(self) -> None:
        """Show the reference answer; before the win, say first what it costs."""
        with self.explained():
            mine = self.session.level_progress(self.level)
            if mine.medal or mine.answer_seen:
                self._show_answer(True)
                return
            self.tutor.navigator.confirm(
                self._price_of_answer, lambda: self.t("answer.yes"), self._show_answer
            )

    def _price_of_answer(self) -> str:
        """Say what the answer costs; in a room that asks to wait with it, that first."""
        price = self.t("answer.price")
        if self.tutor.is_locked_answer(self.level.slug):
            return f"{self.texts('room.locked_answer')}\n\n{price}"
        return price

    def _show_answer(self, yes: bool | None) -> None:
        if not yes:
            return

        def see() -> str:
            diff = self.session.diff("broken", "fixed")
            self.session.see_answer(self.level)
            return diff

        def show(diff: str) -> None:
            self.tutor.navigator.to_answer(self.level, diff)

        self.background(see, show, group="answer")

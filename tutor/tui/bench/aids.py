"""Help and ways back: hints, the diff, the answer, the journal, reset."""

from typing import Any

from tutor.journal import Entry
from tutor.texts import numeral
from tutor.tui.bench.base import Bench
from tutor.tui.story import code
from tutor.tui.widgets.question import Question


class HasAids(Bench):
    """The part of the workbench that helps."""

    diff_text = ""

    # -- hints -----------------------------------------------------------------------------------

    def action_hint(self) -> None:
        """Take the next hint."""
        self.background(
            lambda: self.session.take_hint(self.level), lambda _: self._show_hints(), group="hint"
        )

    def _show_hints(self) -> None:
        self.show_tab("hints")
        self.show_hints()

    def show_hints(self) -> None:
        """Show the hints taken so far."""
        from tutor.tui.widgets.hints import HintsView

        if not self.laid_out:
            return
        with self.explained():
            taken = self.session.hints_taken(self.level)
            self.query_one(HintsView).show(self.level, taken, self.tutor.texts)

    # -- the diagnosis ---------------------------------------------------------------------------

    def action_diagnose(self) -> None:
        """Ask what is wrong, and for a number; nobody has to answer."""
        asked = self.level.diagnosis
        if asked is None:
            self._ask_number()
            return
        with self.explained():
            said = self.session.level_progress(self.level).diagnosis
            self.tutor.navigator.choose(
                lambda: asked.question[self.language],
                lambda: {name: text[self.language] for name, text in asked.choices.items()},
                said,
                self._note_diagnosis,
                how=lambda: self.t("diagnosis.how"),
            )

    def _note_diagnosis(self, choice: str | None) -> None:
        if choice:
            self.background(
                lambda: self.session.diagnose(self.level, choice),
                lambda _: self.show_diagnosis(),
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
        with self.explained():
            guess = self.session.level_progress(self.level).prediction
            self.tutor.navigator.ask_number(
                lambda: asked.question[self.language],
                guess,
                self._note_number,
                how=lambda: self.t("diagnosis.how_number", unit=self._unit(asked.measure)),
            )

    def _note_number(self, number: float | None) -> None:
        if number is not None:
            self.background(
                lambda: self.session.predict(self.level, number),
                lambda _: self.show_diagnosis(),
                group="predict",
            )

    def _unit(self, measure: str) -> str:
        texts = self.tutor.texts
        return texts.unit(self.level, measure) or texts.measure(measure)

    def show_diagnosis(self) -> None:
        """Show the question below the briefing, or what was answered."""
        if not self.laid_out or not self.query(Question):
            return
        with self.explained():
            mine = self.session.level_progress(self.level)
            self.query_one(Question).update(code(self._asked(mine.diagnosis, mine.prediction)))

    def _asked(self, said: str, guess: float | None) -> str:
        """Return the open question, or what was answered."""
        asked, number = self.level.diagnosis, self.level.prediction
        answers = []
        if asked and said in asked.choices:
            answers.append(asked.choices[said][self.language])
        if number and guess is not None:
            answers.append(f"{numeral(guess)} {self._unit(number.measure)}")
        if answers:
            return self.t("diagnosis.so_far", said=" · ".join(answers))
        question = asked.question if asked else number.question if number else {}
        return self.t("diagnosis.ask", question=question.get(self.language, ""))

    # -- diff ------------------------------------------------------------------------------------

    def read_diff(self) -> None:
        """Work the diff out anew, in the background."""
        self.background(self.session.diff, self._show_diff, group="diff")

    def _show_diff(self, diff: str) -> None:
        from tutor.tui.widgets.diff_view import DiffView

        self.diff_text = diff
        if not self.laid_out:
            return
        self.query_one(DiffView).show(diff, self.t("diff.empty"))

    # -- the answer ------------------------------------------------------------------------------

    def action_answer(self) -> None:
        """Show the reference answer; before the win, say first what it costs."""
        with self.explained():
            mine = self.session.level_progress(self.level)
            if mine.medal or mine.answer_seen:
                self._show_answer(True)
                return
            self.tutor.navigator.confirm(
                lambda: self.t("answer.price"), lambda: self.t("answer.yes"), self._show_answer
            )

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

    # -- back ------------------------------------------------------------------------------------

    def action_reset(self) -> None:
        """Bring the level's files back as they were, after a question."""
        if self._must_save_first():
            return
        self.tutor.navigator.confirm(
            lambda: self.t("reset.question"), lambda: self.t("reset.yes"), self._reset
        )

    def _must_save_first(self) -> bool:
        """Say so where changes are not on disk: the journal would not have them."""
        if self.unsaved:
            self.news("files.save_first", severity="warning", file=", ".join(self.unsaved))
        return bool(self.unsaved)

    def _reset(self, yes: bool | None) -> None:
        if yes:
            job = self.session.reset
            self.background(
                lambda: self.desk.replaced(job),
                lambda kept: self._came_back("reset.done", kept),
                group="files",
            )

    def action_journal(self) -> None:
        """Show every state that was kept."""
        if self._must_save_first():
            return
        self.tutor.navigator.to_journal(self.level, self._restore)

    def _restore(self, entry: Entry | None) -> None:
        if entry is not None:
            self.background(
                lambda: self.desk.replaced(lambda: self.session.restore(entry)),
                lambda kept: self._came_back("journal.done", kept, number=entry.number),
                group="files",
            )

    def _came_back(self, key: str, kept: Entry, **params: Any) -> None:
        self.show_files()
        self.news(key, kept=kept.number, **params)

"""The plain game: what is remembered between two commands, and the loop that reads them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tutor.base import damage, interrupts
from tutor.base.errors import Cancelled, ExitCode, TutorError, UsageError, of_system
from tutor.catalogue import language_of_environment
from tutor.cli.plain.others import Others
from tutor.cli.plain.room import PlainRoom
from tutor.cli.plain.saves import Saves
from tutor.cli.plain.talk import EndOfInput, Talk
from tutor.cli.plain.typed import Rung
from tutor.cli.plain.words import PlainCommand, called, find
from tutor.cli.twins import in_game
from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.learner.desk import Desk
from tutor.learner.session import Session
from tutor.words.texts import Texts

Step = Callable[[], None]
LASTING = ("places", "look", "files", "room", "game")
"""The groups of commands after which Enter alone still does what it did: they leave things as they
are. Whatever they offer themselves goes first."""

NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Offer:
    """What Enter alone does."""

    label: str
    step: Step
    menu: Sequence[Step] | None = None
    """The answers, where it leaves a question open."""


class PlainGame:
    """One learner who plays by typing."""

    def __init__(
        self,
        session: Session,
        language: str = "",
        talk: Talk | None = None,
        showroom: Callable[[Session], Any] | None = None,
    ) -> None:
        remembered = session.progress.language
        self.session = session
        self.texts = Texts(language or remembered or language_of_environment())
        self.talk = talk or Talk()
        self.level: Level | None = None
        """The level that is played; None before one was chosen."""
        self.finished: RunFinished | None = None
        """The last run of this game."""
        self.files: Sequence[str] = ()
        """The files that were listed last, by which a number names one."""
        self.served: tuple[str, str] | None = None
        """The level and the stack.toml with which the shop was started; None before it was."""
        self.checks_on_save = True
        self.room = PlainRoom(session)
        self.saves = Saves()
        """Rings where another program saves a file of the shop."""
        self.others = Others(session)
        self.over = False
        self._desk: Desk | None = None
        self._make_showroom = showroom or _showroom
        self._showroom: Any = None
        self._menu: Sequence[Step] = ()
        self._take_number: Callable[[str], None] | None = None
        """Who asked for a number last; None where a number chooses from the last list."""
        self._next: Offer | None = None

    # -- the loop ----------------------------------------------------------------------------------

    def play(self, level: Level | None) -> int:
        """Greet, then do what is typed until the end."""
        from tutor.cli.plain.commands import places
        from tutor.cli.plain.commands.measure import tell_others

        self.attempt(lambda: places.greet(self, level))
        interrupted = False
        while not self.over:
            self.attempt(lambda: self.room.tell_news(self.talk, self.texts))
            self.attempt(lambda: tell_others(self, self.others.news()))
            try:
                step = self._next_step()
            except EndOfInput:
                break
            except KeyboardInterrupt:
                if interrupts.again() or interrupted:
                    return ExitCode.INTERRUPTED
                interrupted = True
                self.talk.say("", self.t("interrupt"))
                continue
            interrupted = False
            self.attempt(step)
        self.talk.say(self.t("goodbye"))
        return ExitCode.DONE

    def _next_step(self) -> Step:
        """Ask what to do, and return it; what others do meanwhile is taken in first."""
        from tutor.cli.plain.commands.files import take_in
        from tutor.cli.plain.commands.measure import tell_others

        prompt = self._prompt()
        while True:
            try:
                typed = self.talk.ask(prompt, self._bell())
            except Rung:
                if facts := self.others.news():
                    self.talk.say("")
                    return lambda: tell_others(self, facts)
                if self.level is None:
                    self.saves.hush()
                elif saved := self.saved_outside():
                    self.talk.say("")
                    return lambda: take_in(self, saved)
                # Nothing of the learner's: the question still stands there.
                prompt = ""
            else:
                return lambda: self.obey(typed)

    def _bell(self) -> Saves | None:
        """Return what rings where something is saved, or measured by another tutor."""
        if not self.talk.hears_bells:
            return None
        self.saves.hang()
        self.others.watch(self.saves.ring)
        if self.level is not None:
            # From now on a difference is somebody's edit.
            self.saves.watch(self.desk.workspace.folder)
        return self.saves

    def saved_outside(self) -> Sequence[str]:
        """Return the files that another program saved since the last question, once it is done."""
        names: set[str] = set()
        self.saves.hush()
        while more := set(self.desk.changed_outside()):
            # What came and went again was a step of the editor's.
            passing = (names & more) - self.desk.workspace.files().keys()
            names = (names | more) - passing
            if self.saves.rests():
                break
            self.saves.hush()
        return sorted(names)

    def attempt(self, step: Step) -> None:
        """Do one step; explain what goes wrong, and stop it on Ctrl-C."""
        try:
            step()
        except TutorError as error:
            self.explain(error)
        except OSError as error:
            self.explain(of_system(error))
        except Cancelled:
            pass
        except KeyboardInterrupt:
            interrupts.again()
            self.talk.say("", self.t("stopped"))
        for found in damage.news():
            self.explain(found)

    def explain(self, error: TutorError) -> None:
        """Say what went wrong and what to do."""
        message, hint = self.texts.error(error)
        self.talk.tell(self.t("failed", message=message))
        if hint:
            self.talk.tell(self.texts("tui.error.hint", hint=in_game(hint, self.word)))

    def obey(self, typed: str) -> None:
        """Do what was typed: a command, a number of the last list, or nothing for what is next."""
        word, _, rest = typed.partition(" ")
        if not word:
            self._go_on()
        elif self._take_number is not None and NUMBER.fullmatch(typed.strip()):
            self._take_number(typed.strip())
        elif word.isdecimal():
            self._choose(int(word))
        else:
            self._do(find(word, self.texts), rest.strip())

    def _do(self, command: PlainCommand, rest: str) -> None:
        """Do a *command*; what Enter alone does outlives those that only look."""
        before, level = self._next, self.level
        self._next = None
        try:
            command.act(self, rest)
        finally:
            is_done = before is not None and before.label == self.word(command.name)
            stays = command.group in LASTING and self.level is level and not is_done
            if stays:
                self._offer_again(before)

    def _offer_again(self, offered: Offer | None) -> None:
        """Let Enter do what it did before, where nothing else was offered since.

        A question goes with its answers: another list has taken their numbers.
        """
        if self._next is None and (offered is None or offered.menu in (None, self._menu)):
            self._next = offered

    def _prompt(self) -> str:
        if self._next is None:
            return "> "
        return f"[{self.t('enter')}: {self._next.label}] > "

    def _go_on(self) -> None:
        if self._next is None:
            self.talk.tell(self.texts("problems.see_help"))
            return
        step = self._next.step
        self._next = None
        step()

    def _choose(self, number: int) -> None:
        if not 1 <= number <= len(self._menu):
            most = len(self._menu)
            said = self.t("no_number", number=number, most=most) if most else self.t("no_list")
            self.talk.tell(said)
            return
        step = self._menu[number - 1]
        self._next = None
        step()

    # -- what commands use -------------------------------------------------------------------------

    def t(self, key: str, **params: Any) -> str:
        """Return our sentence ``plain.<key>``."""
        return self.texts(f"plain.{key}", **params)

    def word(self, name: str) -> str:
        """Return what the command *name* is called."""
        return called(name, self.texts)

    def offer(self, rows: Sequence[tuple[str, Step]]) -> None:
        """Say a numbered list; until the next one a number chooses from it."""
        for number, (row, _) in enumerate(rows, 1):
            self.talk.tell(f"{number}. {row}", indent="   ")
        self._menu = [step for _, step in rows]
        self._take_number = None

    def ask_number(self, take: Callable[[str], None]) -> None:
        """Let the next number that is typed be for *take*, until there is a list to choose from."""
        self._take_number = take

    def has_number(self) -> None:
        """Have numbers choose from the last list again: nobody asks for one any more."""
        self._take_number = None

    def then(self, label: str, step: Step) -> None:
        """Let Enter alone do *step*."""
        self._next = Offer(label, step)

    def then_leave(self, label: str, step: Step) -> None:
        """Let Enter alone do *step*: leave the question open that the last list answers."""
        self._next = Offer(label, step, self._menu)

    def then_do(self, name: str, rest: str = "") -> None:
        """Let Enter alone do the command *name*."""
        self.then(self.word(name), lambda: find(name, self.texts).act(self, rest))

    def enter(self, level: Level) -> None:
        """Be at *level*, whose files were put into the workspace."""
        self.level, self.finished, self._desk = level, None, None

    @property
    def at(self) -> Level:
        """The level that is played.

        Raises:
            UsageError: none is.
        """
        if self.level is None:
            if not self.session.workspace.level:
                raise UsageError.named("no_level_chosen", map=self.word("map"))
            self.level = self.session.level
        return self.level

    @property
    def desk(self) -> Desk:
        """The learner's files in this level."""
        if self._desk is None or self._desk.level.slug != self.at.slug:
            self._desk = Desk(self.session.workspace, self.at)
        return self._desk

    @property
    def showroom(self) -> Any:
        """What serves the shop to a browser; made when first asked for."""
        if self._showroom is None:
            self._showroom = self._make_showroom(self.session)
        return self._showroom


def _showroom(session: Session) -> Any:
    from tutor.learner.showroom import Showroom

    return Showroom(session)

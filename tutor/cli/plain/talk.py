"""What is said and what is answered: one line after the other, and nothing drawn over."""

import shutil
import sys
from typing import TextIO

from tutor.cli.console import EscapingConsole
from tutor.cli.options import NO, YES
from tutor.cli.plain.typed import Bell, Typed
from tutor.cli.speech import fitted
from tutor.words.texts import Texts

WIDEST = 100
"""Columns of a paragraph, however wide the terminal is."""


class EndOfInput(Exception):
    """There is nobody left to answer."""


class Talk:
    """A conversation over standard input and output, or over what stands in for them."""

    def __init__(self, source: TextIO | None = None, target: TextIO | None = None) -> None:
        self.source = source or sys.stdin
        self.target = target or sys.stdout
        for stream in (self.source, self.target):
            # A terminal that knows no arrows and accents gets question marks, not a crash.
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="replace")
        self._typed = Typed(self.source)
        self.console = EscapingConsole(
            file=self.target,
            color_system=None,
            force_terminal=False,
            highlight=False,
            soft_wrap=True,
            emoji=False,
        )
        """For what is told by those who also tell it elsewhere; it writes no escape sequence."""

    @property
    def is_alive(self) -> bool:
        """Return whether a person types, and is not read from a file or a pipe."""
        return self.source.isatty()

    @property
    def hears_bells(self) -> bool:
        """Return whether a bell can ring while somebody is asked."""
        return self._typed.hears_bells

    def show(self, *lines: str) -> None:
        """Show *lines* as they are: code, a diff, a log."""
        for line in lines:
            self.target.write(f"{line}\n")
        self.target.flush()

    def say(self, *lines: str) -> None:
        """Say *lines*, each of them in as many as fit the terminal."""
        for line in lines:
            self.tell(line)

    def tell(self, text: str, indent: str = "") -> None:
        """Say a paragraph in lines that fit the terminal, the later ones indented."""
        width = min(WIDEST, shutil.get_terminal_size().columns)
        self.show(*fitted(text, width, indent))

    def read(self, markdown: str, texts: Texts) -> None:
        """Say a text of ours; code stays as it is, and pictures are told."""
        from tutor.cli.plain.prose import lines

        for text, indent in lines(markdown, texts("plain.leads_to")):
            if text.startswith("    "):
                self.show(text)
            else:
                self.tell(text, indent)

    def ask(self, prompt: str, bell: Bell | None = None) -> str:
        """Return the line that answers *prompt*.

        Raises:
            EndOfInput: there is none.
            Rung: *bell* rang before there was one.
        """
        self.target.write(prompt)
        self.target.flush()
        line = self._typed.line(bell)
        if not line:
            self.say("")
            raise EndOfInput
        if not self.is_alive:
            # Nobody sees what was piped in: with it, what was written can be read afterwards.
            self.show(line.rstrip("\n"))
        return line.strip()

    def confirm(self, question: str, texts: Texts) -> bool:
        """Ask a question that has to be answered with yes; no answer is a no."""
        self.tell(question)
        try:
            said = self.ask(f"{texts('plain.yes_or_no')} > ")
        except EndOfInput:
            return False
        if said.casefold() not in (*YES, *NO):
            # Who typed a command should know that it was not obeyed.
            self.tell(texts("plain.no_answer", said=said))
        return said.casefold() in YES

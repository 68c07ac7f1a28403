"""Commands whose help and usage are said in the learner's language."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from tutor.catalogue import fill, help_sentences
from tutor.cli.language import language

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from tutor.base.errors import TutorError

WORDS = "tutor.words"
"""Under this name a command notes the words it was given, to say what was wrong with them."""
METAVAR = re.compile(r"\b([A-Z]{2,})(?: RANGE)?\b")


def said(key: str, /, **values: object) -> str:
    """Return the sentence *key* of the help in the learner's language."""
    spoken = language()
    return fill(spoken, help_sentences(spoken)[key], values)


def metavars(text: str) -> str:
    """Return *text* with LEVEL, FILE and the like as the learner's language calls them."""
    known = help_sentences(language())
    return METAVAR.sub(lambda found: known.get(f"usage.metavar.{found[1]}", found[0]), text)


def words_of(ctx: click.Context) -> str:
    """Return the words that name the command of *ctx*: ``stack up``; of the group, ``tutor``."""
    names: list[str] = []
    at: click.Context | None = ctx
    while at is not None and at.parent is not None:
        names.insert(0, at.info_name or "")
        at = at.parent
    return " ".join(names) or "tutor"


def option_key(words: str, option: click.Option) -> str:
    """Return the key of an option's help: the command's own, or what several share."""
    name = max(option.opts, key=len).lstrip("-")
    own = f"help.option.{words}.{name}"
    return own if own in help_sentences("en") else f"help.option.{name}"


class Misuse(click.UsageError):
    """A wrong command line, already explained."""

    def __init__(self, failure: "TutorError", ctx: click.Context) -> None:
        super().__init__(failure.message, ctx)
        self.failure = failure


class Spoken(click.Command):
    """A command that takes its help from the catalogue, by its name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note the words, then read them as Click does."""
        ctx.meta[WORDS] = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            # Of an option without its value Click does not say where that was.
            error.ctx = error.ctx or ctx
            raise

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line that says how the command is called."""
        pieces = metavars(" ".join(self.collect_usage_pieces(ctx)))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{said('usage.usage')} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command is for."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(said(f"help.page.{words_of(ctx)}").strip())

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each with its help."""
        with formatter.section(said("help.options")):
            formatter.write_dl(list(self._rows(ctx)))

    def _rows(self, ctx: click.Context) -> Iterator[tuple[str, str]]:
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if isinstance(param, click.Option) and record is not None:
                names, more = record
                text = said(option_key(words_of(ctx), param))
                yield metavars(names), f"{text}  {_default(more)}".rstrip()


def _default(more: str) -> str:
    """Return what Click adds in brackets: the default, the range, whether it has to be said."""
    found = re.search(r"\[.*\]$", more)
    if found is None:
        return ""
    inside = re.sub(
        r"default: (.*?)(?=; |$)", lambda m: said("help.default", value=m[1]), found[0][1:-1]
    )
    return f"[{inside.replace('required', said('help.required'))}]"


class SpokenGroup(Spoken, click.Group):
    """A group of such commands."""

    command_class = Spoken

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a wrong name gets the nearest right one."""
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-"):
            from tutor.base.errors import UsageError
            from tutor.base.tables import near
            from tutor.cli.twins import TWINS

            word = args[0]
            if word in TWINS and ctx.parent is None:
                error = UsageError.named("no_command", hint="twin", word=word, twin=TWINS[word])
            else:
                error = UsageError.named("no_command", word=word, **near(word, known))
            raise Misuse(error, ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, a line each, without asking them."""
        with formatter.section(said("help.commands")):
            formatter.write_dl(self.summaries(ctx, self.list_commands(ctx)))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Return what a shell may offer: options, and commands by name, without asking them."""
        from click.shell_completion import CompletionItem

        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        commands = [CompletionItem(name, help=told) for name, told in self.summaries(ctx, names)]
        return commands + click.Command.shell_complete(self, ctx, incomplete)

    def summaries(self, ctx: click.Context, names: list[str]) -> list[tuple[str, str]]:
        """Return each name with what that command is for."""
        above = "" if ctx.parent is None else f"{words_of(ctx)} "
        return [(name, said(f"help.summary.{above}{name}")) for name in names]

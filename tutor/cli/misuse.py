"""What is wrong with a command line, said as every failure is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tutor.base.errors import TutorError, UsageError
from tutor.base.tables import near
from tutor.cli.spoken import WORDS, Misuse, metavars


def explained(error: click.UsageError) -> TutorError:
    """Return Click's *error* as a failure of ours, which is told in any language.

    What none of our commands can meet stays in Click's own words.
    """
    match error:
        case Misuse():
            return error.failure
        case click.NoSuchOption():
            known = _options(error.ctx)
            return UsageError.named(
                "no_option", option=error.option_name, **near(error.option_name, known)
            )
        case click.MissingParameter(param=click.Parameter() as param):
            return _missing(param, error.ctx)
        case click.BadParameter(param=click.Parameter() as param, ctx=click.Context() as ctx):
            return _wrong_value(param, ctx, error)
        case click.BadOptionUsage():
            return _wrong_option(error)
    return _too_much(error) or _as_told(error)


def _options(ctx: click.Context | None) -> list[str]:
    """Return the long names of a command's options."""
    params = ctx.command.get_params(ctx) if ctx else []
    names = [name for param in params if isinstance(param, click.Option) for name in param.opts]
    return [name for name in names if name.startswith("--")]


def _name(param: click.Parameter, ctx: click.Context | None) -> str:
    """Return what people call a parameter: its option, or its place in the usage."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return metavars((param.metavar or param.name or "").upper().strip("[]"))


def _missing(param: click.Parameter, ctx: click.Context | None) -> TutorError:
    name = _name(param, ctx)
    if isinstance(param.type, click.Choice):
        known = ", ".join(map(str, param.type.choices))
        return UsageError.named("missing_word", hint="known", name=name, known=known)
    return UsageError.named("missing_word", name=name)


def _wrong_option(error: click.BadOptionUsage) -> TutorError:
    option = error.option_name
    wanted = {
        name: param
        for param in (error.ctx.command.params if error.ctx else [])
        for name in param.opts
    }.get(option)
    if isinstance(wanted, click.Option) and wanted.is_flag:
        return UsageError.named("option_takes_none", option=option)
    return UsageError.named("option_needs_value", option=option)


def _wrong_value(
    param: click.Parameter, ctx: click.Context, error: click.BadParameter
) -> TutorError:
    """Return what is wrong with the value of *param*: Click says it, but only in its own words."""
    name, value = _name(param, ctx), _value(param, ctx)
    kind = param.type
    if isinstance(kind, click.Choice):
        words = [str(choice) for choice in kind.choices]
        return UsageError.named("wrong_choice", name=name, value=value, **near(value, words))
    if isinstance(kind, click.IntRange) and value.lstrip("+-").isdecimal():
        return UsageError.named(
            "number_out_of_range",
            hint="out_of_range_hint",
            name=name,
            value=value,
            least=kind.min if kind.min is not None else "–",
            most=kind.max if kind.max is not None else "–",
        )
    if isinstance(kind, click.Path):
        return _wrong_path(name, value)
    if kind.name.startswith("integer"):
        return UsageError.named("no_whole_number", name=name, value=value)
    if kind.name.startswith("float"):
        return UsageError.named("not_a_number", name=name, value=value)
    return _as_told(error)


def _wrong_path(name: str, value: str) -> TutorError:
    path = Path(value)
    if path.is_dir():
        return UsageError.named("folder_for_file", name=name, path=value)
    if not path.exists():
        return UsageError.named("path_missing", hint="check_name", name=name, path=value)
    if path.is_file() and path.stat().st_mode & 0o444:
        return UsageError.named("file_for_folder", name=name, path=value)
    return UsageError.named("path_unreadable", hint="check_permissions", name=name, path=value)


def _value(param: click.Parameter, ctx: click.Context) -> str:
    """Return what was said for *param*, on the command line or in the environment."""
    value, _ = param.consume_value(ctx, _read(ctx)[0])
    return str(value)


def _read(ctx: click.Context) -> tuple[Mapping[str, Any], list[str]]:
    """Return the words of the command line by parameter, and those that are for none."""
    parser = ctx.command.make_parser(ctx)
    values, rest, _ = parser.parse_args(args=list(ctx.meta.get(WORDS, ())))
    return values, rest


def _too_much(error: click.UsageError) -> TutorError | None:
    """Return that there are words too many or that a group was told no command; None if neither."""
    ctx = error.ctx
    if ctx is None or type(error) is not click.UsageError:
        return None
    if isinstance(ctx.command, click.Group):
        return UsageError.named(
            "missing_command", hint="known", known=", ".join(ctx.command.list_commands(ctx))
        )
    rest = _read(ctx)[1]
    return UsageError.named("words_too_many", words=" ".join(rest)) if rest else None


def _as_told(error: click.UsageError) -> TutorError:
    return UsageError.named("as_told", told=error.format_message())

"""The failures we can explain, and the exit codes they end with."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Self

from tutor.catalogue import fill, problem, sentences


class ExitCode(IntEnum):
    """What a command's exit code means to a script."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    NOT_YET = 3
    CANNOT_TELL = 4
    INTERRUPTED = 130


class TutorError(Exception):
    """A failure the learner can act on: what happened, and one thing to do next.

    It is raised by its name, :meth:`named`, so that every reader can say it in the learner's
    language. Only what is for authors of levels is raised with its English words.
    """

    exit_code = ExitCode.ERROR

    def __init__(
        self, message: str, *, hint: str = "", said: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.said = said or {}
        """What the sentence is made of, to say it in other languages: its ``id`` and its values."""

    @classmethod
    def named(cls, name: str, /, *, hint: str = "", **values: object) -> Self:
        """Return the failure ``problems.<name>`` of the catalogue, with *values*.

        Its hint is ``problems.<name>_hint``, if there is one, or else ``problems.<hint>``. Here it
        says both in English, for logs and tests; :meth:`tutor.words.texts.Texts.error` in any
        language.
        """
        said = said_of(name, hint=hint, **values)
        message, cure = problem("en", said)
        return cls(message, hint=cure, said=said)


class UsageError(TutorError):
    """Something on the command line is wrong."""

    exit_code = ExitCode.USAGE


class ShopError(TutorError):
    """The shop does not run, because of what is in its files: the learner's to mend."""

    def __init__(self, id: str, /, *, said: Mapping[str, Any] | None = None, **params: Any) -> None:
        message, hint = problem("en", said) if said else (_finding(id, params), "")
        super().__init__(message, hint=hint, said=said)
        self.id = id
        """The finding to report, for example ``shop_does_not_start``; it says the failure in any
        language, unless ``said`` does."""
        self.params = params
        self.url = ""
        """The address of the shop that failed, where it was somebody at its door who noticed."""


class Cancelled(Exception):
    """The learner asked to stop the run."""


def said_of(name: str, /, *, hint: str = "", **values: object) -> dict[str, Any]:
    """Return what a sentence is made of, as plain data that the journal can keep."""
    plain = {key: _plain(value) for key, value in values.items()}
    return {"id": name, **({"hint": hint} if hint else {}), **plain}


def _plain(value: object) -> object:
    """Return *value* as JSON has it; a failure as its cause is said in the language too."""
    if isinstance(value, ShopError) and not value.said:
        return {"finding": value.id, **{key: _plain(one) for key, one in value.params.items()}}
    if isinstance(value, TutorError):
        return value.said or value.message
    return value if isinstance(value, int | float | str) else str(value)


def of_system(error: OSError) -> TutorError:
    """Return the explanation of what the operating system refused."""
    reason = error.strerror or str(error)
    if error.filename:
        return TutorError.named("system_refused", file=error.filename, reason=reason)
    return TutorError.named("system_refused_something", reason=reason)


def unforeseen(error: BaseException, place: str = "") -> TutorError:
    """Return the explanation of an error that nobody foresaw, with the *place* it came from."""
    where = f" ({place})" if place else ""
    kind, said = type(error).__name__, f"{error}{where}"
    return TutorError.named("unforeseen", hint="ask_doctor", kind=kind, said=said)


def _finding(id: str, params: Mapping[str, Any]) -> str:
    return fill("en", sentences("en")[f"findings.{id}"], params)

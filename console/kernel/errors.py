"""Errors that are foreseen and written for people: what happened, why, and what to do next.

Anything that is not a `ConsoleError` is a bug and propagates.
"""

from typing import ClassVar


class ConsoleError(Exception):
    """Base of all foreseen errors; subclasses live beside the action that raises them."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request cannot be carried out"

    def __init__(self, message: str, *, todo: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.todo = todo
        self.field = field
        """Name of the input that was wrong, if one was."""

    def __str__(self) -> str:
        return f"{self.message} {self.todo}".strip()


class Invalid(ConsoleError):
    code = "invalid"
    status = 422
    title = "A value cannot be used"


class Refused(ConsoleError):
    code = "refused"
    status = 403
    title = "You may not do this"


class NotFound(ConsoleError):
    code = "not_found"
    status = 404
    title = "There is nothing here"


class Conflict(ConsoleError):
    code = "conflict"
    status = 409
    title = "This does not fit what is there"


class Unavailable(ConsoleError):
    code = "unavailable"
    status = 503
    title = "A part of the console cannot be reached"

"""What can go wrong with secrets, in sentences that never hold a value."""

from collections.abc import Iterator
from contextlib import contextmanager

from console.kernel.errors import Conflict, Invalid, NotFound
from secrets_app.contents import ContentsUnusable


class SecretUnknown(NotFound):
    code = "secret_unknown"


class VersionUnknown(NotFound):
    code = "secret_version_unknown"


class SecretExists(Conflict):
    code = "secret_exists"
    title = "The name is taken"


class SecretUnusable(Invalid):
    code = "secret_unusable"
    title = "The secret cannot be saved like this"


class SecretChanged(Conflict):
    code = "secret_changed"
    title = "Somebody saved another version meanwhile"


class VersionEnded(Conflict):
    code = "secret_version_ended"
    title = "The version has ended"


class ReasonMissing(Invalid):
    code = "reason_missing"


class NameNotTyped(Invalid):
    code = "name_not_typed"


class ProviderNotAvailable(Invalid):
    code = "provider_not_available"
    title = "This cloud's secrets cannot be referred to yet"


class ReferenceUnusable(Invalid):
    code = "reference_unusable"


@contextmanager
def in_sentences() -> Iterator[None]:
    """Say what is wrong with contents as an error of the console, with the key as its field."""
    try:
        yield
    except ContentsUnusable as error:
        raise SecretUnusable(error.sentence, todo=error.todo, field=error.key) from None

"""One error for every cloud, sorted by what the caller can do about it."""

from enum import StrEnum


class Category(StrEnum):
    THROTTLED = "throttled"
    TRANSIENT = "transient"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    QUOTA = "quota"
    CAPACITY = "capacity"
    """The cloud itself has none left just now; no quota helps."""
    NOT_OPTED_IN = "not_opted_in"
    """The account has not signed up for the service, or not for the place."""
    CONFLICT = "conflict"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class CloudError(Exception):
    """A cloud refused or failed a call; `code`, `status` and `message` are the provider's own.

    `status` is the HTTP status, 0 where no answer arrived.
    """

    def __init__(
        self, *, code: str, status: int, message: str, operation: str, request_id: str, category: Category
    ) -> None:
        super().__init__(f"{operation}: {code} ({status}): {message}")
        self.code = code
        self.status = status
        self.message = message
        self.operation = operation
        self.request_id = request_id
        self.category = category

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuilt, (
            self.code,
            self.status,
            self.message,
            self.operation,
            self.request_id,
            self.category,
        )


def _rebuilt(
    code: str, status: int, message: str, operation: str, request_id: str, category: Category
) -> CloudError:
    return CloudError(
        code=code,
        status=status,
        message=message,
        operation=operation,
        request_id=request_id,
        category=category,
    )

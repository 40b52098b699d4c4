"""What a step answers when the cloud refuses or fails a call: who acts next, and how."""

import re
from datetime import timedelta

from console.operations.outcomes import Halt, ProviderError, Retry, Who
from regions.clouds.errors import Category, CloudError
from regions.steps.clouds import CloudEntry
from regions.steps.quota_codes import request_command

SECOND = timedelta(seconds=1)
ASSUME_ROLE = "sts:AssumeRole"
SESSION_OVER = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}
)
NOT_YET = re.compile(
    r"cannot be assumed|is not authorized to be assumed|does not exist|not yet|propagat", re.IGNORECASE
)
"""A role or key that was made a moment ago is not known everywhere at once."""


def session_is_over(error: CloudError) -> bool:
    return error.code in SESSION_OVER and error.operation != ASSUME_ROLE


def answer(error: CloudError, entry: CloudEntry) -> Retry | Halt:
    if session_is_over(error):
        message = "The session in the cloud account has ended; a new one is opened."
        return _retry("SessionExpired", error, message, after=SECOND, limit=5, who=Who.CUSTOMER)
    match error.category:
        case Category.THROTTLED:
            return _retry("Throttled", error, "The cloud takes fewer calls just now.", after=SECOND, limit=60)
        case Category.TRANSIENT:
            return _retry("CloudUnreachable", error, "The cloud did not answer well.", after=SECOND, limit=60)
        case Category.CONFLICT:
            message = "Something else still holds it; asking again."
            return _retry("ResourceInUse", error, message, after=2 * SECOND, limit=40, who=Who.CUSTOMER)
        case Category.NOT_FOUND:
            return _not_yet(error)
        case Category.REFUSED:
            return _refused(error, entry)
        case Category.QUOTA:
            return _quota(error, entry)
        case _:
            return _other(error)


def _retry(
    reason: str, error: CloudError, message: str, *, after: timedelta, limit: int, who: Who = Who.VENDOR
) -> Retry:
    return Retry(reason, after, message, provider=provider_error(error), limit=limit, who=who)


def _not_yet(error: CloudError) -> Retry:
    message = "What it stands on is not visible everywhere yet."
    return _retry("NotVisibleYet", error, message, after=SECOND, limit=15)


def _refused(error: CloudError, entry: CloudEntry) -> Halt:
    if error.operation == ASSUME_ROLE:
        return Halt(
            "CannotAssumeRole",
            f"The role {entry.role_arn} does not let the console in: it was deleted, or its external id "
            "changed. Your cloud team restores the connection's stack, then the step is retried.",
            who=Who.CUSTOMER,
            fix=f"aws iam get-role --role-name {entry.role_arn.rpartition('/')[2]}",
            provider=provider_error(error),
        )
    return Halt(
        "AccessDenied",
        f"The deployment role may not do {error.operation}. Your cloud team updates the connection's stack to "
        "the current template, then the step is retried.",
        who=Who.CUSTOMER,
        fix=f"Allow {error.operation} for {entry.role_arn}: update the stack from the connection's page.",
        provider=provider_error(error),
    )


def _quota(error: CloudError, entry: CloudEntry) -> Halt:
    return Halt(
        "QuotaExceeded",
        f"Account {entry.account_id} has reached a quota of AWS in {entry.cloud_region}. Your cloud team asks "
        "AWS for more, then the step is retried.",
        who=Who.CUSTOMER,
        fix=request_command(error.code, error.operation, entry.cloud_region)
        or "Ask for a higher quota in the Service Quotas console.",
        provider=provider_error(error),
    )


def _other(error: CloudError) -> Retry | Halt:
    if NOT_YET.search(error.message):
        return _not_yet(error)
    if error.category is Category.UNKNOWN:
        message = "The cloud answered with an error that the console does not know."
        return _retry(error.code or "UnknownError", error, message, after=2 * SECOND, limit=5)
    return Halt(
        "InvalidRequest",
        "The cloud takes the request for wrong. That is for the vendor's support to mend; what was made stays.",
        who=Who.VENDOR,
        provider=provider_error(error),
    )


def provider_error(error: CloudError) -> ProviderError:
    return ProviderError(
        code=error.code,
        message=error.message,
        status=error.status,
        request_id=error.request_id,
        call=error.operation,
    )

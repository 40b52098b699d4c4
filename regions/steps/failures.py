"""What a step answers when the cloud refuses or fails a call: who acts next, and how."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from console.operations.outcomes import Halt, ProviderError, Retry, Who
from regions.clouds.errors import Category, CloudError
from regions.steps.clouds import CloudEntry
from regions.steps.quota_codes import request_command

SECOND = timedelta(seconds=1)
ASSUME_ROLE = "sts:AssumeRole"
SESSION_OVER = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "RequestExpired",
        "TokenRefreshRequired",
        "UnrecognizedClientException",
    }
)
"""What each service calls a session that has ended, was revoked, or whose role is gone."""
NOT_YET = re.compile(
    r"cannot be assumed|is not authorized to be assumed|does not exist|not yet|propagat", re.IGNORECASE
)
"""A role or key that was made a moment ago is not known everywhere at once."""


@dataclass(frozen=True, slots=True)
class Passing:
    """What passes by itself: the engine doubles the pause at each try, with jitter, up to its own longest."""

    reason: str
    message: str
    after: timedelta
    limit: int
    """Tries in a row after which a person looks."""
    who: Who = Who.VENDOR


NOT_VISIBLE = Passing("NotVisibleYet", "What it stands on is not visible everywhere yet.", SECOND, 15)
SESSION = Passing(
    "SessionExpired", "The session in the cloud account has ended; a new one is opened.", SECOND, 5, Who.CUSTOMER
)
PASSING: Mapping[Category, Passing] = {
    Category.THROTTLED: Passing("Throttled", "The cloud takes fewer calls just now.", SECOND, 60),
    Category.TRANSIENT: Passing("CloudUnreachable", "The cloud did not answer well.", SECOND, 60),
    Category.CONFLICT: Passing(
        "ResourceInUse", "Something else still holds it; asking again.", 2 * SECOND, 40, Who.CUSTOMER
    ),
    Category.NOT_FOUND: NOT_VISIBLE,
    Category.CAPACITY: Passing(
        "NoCapacity", "The cloud has none of these left in the zone just now.", 10 * SECOND, 60, Who.CUSTOMER
    ),
}
"""The rest waits for a person: see the functions below."""
REFUSALS = 3
"""IAM is eventually consistent, and a session may be older than what it was refused for: asked anew first."""


def session_is_over(error: CloudError) -> bool:
    return error.code in SESSION_OVER and error.operation != ASSUME_ROLE


def wants_a_new_session(error: CloudError) -> bool:
    """Whatever was refused may be allowed to a session that begins now."""
    return error.operation != ASSUME_ROLE and error.category is Category.REFUSED


def answer(error: CloudError, entry: CloudEntry) -> Retry | Halt:
    if session_is_over(error):
        return _passes(SESSION, error)
    if passing := PASSING.get(error.category):
        return _passes(passing, error)
    match error.category:
        case Category.REFUSED:
            return _refused(error, entry)
        case Category.QUOTA:
            return _quota(error, entry)
        case Category.NOT_OPTED_IN:
            return _not_opted_in(error, entry)
        case _:
            return _other(error)


def _passes(how: Passing, error: CloudError) -> Retry:
    return Retry(how.reason, how.after, how.message, provider=provider_error(error), limit=how.limit, who=how.who)


def _refused(error: CloudError, entry: CloudEntry) -> Retry | Halt:
    if error.operation == ASSUME_ROLE:
        return Halt(
            "CannotAssumeRole",
            f"The role {entry.role_arn} does not let the console in: it was deleted, or its external id "
            "changed. Your cloud team restores the connection's stack, then the step is retried.",
            who=Who.CUSTOMER,
            fix=f"aws iam get-role --role-name {entry.role_arn.rpartition('/')[2]}",
            provider=provider_error(error),
        )
    return Retry(
        "AccessDenied",
        SECOND,
        f"The deployment role may not do {error.operation}. Your cloud team updates the connection's stack to "
        "the current template, then the step is retried.",
        who=Who.CUSTOMER,
        fix=f"Allow {error.operation} for {entry.role_arn}: update the stack from the connection's page.",
        provider=provider_error(error),
        limit=REFUSALS,
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


def _not_opted_in(error: CloudError, entry: CloudEntry) -> Halt:
    service = error.operation.partition(":")[0]
    return Halt(
        "NotOptedIn",
        f"Account {entry.account_id} is not signed up for {service} in {entry.cloud_region}. Your cloud team "
        "signs it up, or enables the region, then the step is retried.",
        who=Who.CUSTOMER,
        fix=f"aws account enable-region --region-name {entry.cloud_region}",
        provider=provider_error(error),
    )


def _other(error: CloudError) -> Retry | Halt:
    if NOT_YET.search(error.message):
        return _passes(NOT_VISIBLE, error)
    if error.category is Category.UNKNOWN:
        message = "The cloud answered with an error that the console does not know."
        return _passes(Passing(error.code or "UnknownError", message, 2 * SECOND, 5), error)
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

import pytest

from console.operations.outcomes import Halt, Retry, Who
from regions.clouds.errors import Category, CloudError
from regions.steps.clouds import CloudEntry
from regions.steps.failures import answer, session_is_over

ENTRY = CloudEntry(
    account_id="123456789012",
    cloud_region="eu-central-1",
    role_arn="arn:aws:iam::123456789012:role/byoc/byoc-deployment-1",
    external_id="e",
    session_name="req-1",
    source_identity="alice",
    tags={},
)


def error(
    category: Category, code: str = "Code", operation: str = "ec2:create_vpc", message: str = "no"
) -> CloudError:
    return CloudError(
        code=code, status=400, message=message, operation=operation, request_id="r-1", category=category
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (error(Category.THROTTLED), "Throttled"),
        (error(Category.TRANSIENT), "CloudUnreachable"),
        (error(Category.CONFLICT, "DependencyViolation"), "ResourceInUse"),
        (error(Category.NOT_FOUND), "NotVisibleYet"),
        (error(Category.REFUSED, "ExpiredToken"), "SessionExpired"),
        (error(Category.INVALID, message="Role x cannot be assumed by eks"), "NotVisibleYet"),
        (error(Category.UNKNOWN, "Odd"), "Odd"),
    ],
)
def test_what_passes_by_itself_is_tried_again(given: CloudError, reason: str) -> None:
    found = answer(given, ENTRY)
    assert isinstance(found, Retry)
    assert found.reason == reason
    assert found.provider
    assert found.provider.code == given.code


@pytest.mark.parametrize(
    ("given", "reason", "who", "fix"),
    [
        (error(Category.QUOTA, "VpcLimitExceeded"), "QuotaExceeded", Who.CUSTOMER, "--quota-code L-F678F1CE"),
        (error(Category.QUOTA, "Other"), "QuotaExceeded", Who.CUSTOMER, "Service Quotas console"),
        (
            error(Category.REFUSED, "AccessDenied", "sts:AssumeRole"),
            "CannotAssumeRole",
            Who.CUSTOMER,
            "--role-name byoc-deployment-1",
        ),
        (error(Category.INVALID, "ValidationError"), "InvalidRequest", Who.VENDOR, ""),
    ],
)
def test_what_a_person_must_mend_says_who_and_how(given: CloudError, reason: str, who: Who, fix: str) -> None:
    found = answer(given, ENTRY)
    assert isinstance(found, Halt)
    assert (found.reason, found.who) == (reason, who)
    assert fix in found.fix
    assert found.provider
    assert found.provider.message == given.message


def test_a_refused_assumption_is_no_expired_session() -> None:
    assert not session_is_over(error(Category.REFUSED, "ExpiredToken", "sts:AssumeRole"))

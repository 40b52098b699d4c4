"""What each of AWS's own codes does to a step: whether it passes by itself, and who acts if it does not."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from console.operations.decide import LONGEST_PAUSE, written
from console.operations.outcomes import Halt, Retry, Who
from console.operations.states import StepState
from regions.clouds.aws.errors import classify, from_no_answer
from regions.clouds.errors import Category, CloudError
from regions.steps.failures import answer, wants_a_new_session
from tests.unit.regions.test_failures import ENTRY

CUSTOMER, VENDOR = Who.CUSTOMER, Who.VENDOR
NOW = datetime(2026, 1, 1, tzinfo=UTC)

PASSES = [
    # throttling: each service has its own word and its own status
    ("ec2:CreateVpc", "RequestLimitExceeded", 503, "Throttled", VENDOR),
    ("ec2:RunInstances", "EC2ThrottledException", 400, "Throttled", VENDOR),
    ("eks:CreateCluster", "ThrottlingException", 429, "Throttled", VENDOR),
    ("eks:CreateCluster", "TooManyRequestsException", 429, "Throttled", VENDOR),
    ("iam:CreateRole", "Throttling", 400, "Throttled", VENDOR),
    ("s3:CreateBucket", "SlowDown", 503, "Throttled", VENDOR),
    ("route53:CreateHostedZone", "PriorRequestNotComplete", 400, "Throttled", VENDOR),
    # the service failed: it is not known whether the call took effect
    ("ec2:CreateVpc", "InternalError", 500, "CloudUnreachable", VENDOR),
    ("ec2:CreateVpc", "Unavailable", 503, "CloudUnreachable", VENDOR),
    ("eks:CreateCluster", "ServerException", 500, "CloudUnreachable", VENDOR),
    ("logs:CreateLogGroup", "ServiceUnavailableException", 503, "CloudUnreachable", VENDOR),
    ("kms:CreateKey", "KMSInternalException", 500, "CloudUnreachable", VENDOR),
    ("rds:CreateDBInstance", "NobodyKnowsThisOne", 502, "CloudUnreachable", VENDOR),
    ("ec2:CreateVpc", "PendingVerification", 400, "CloudUnreachable", VENDOR),
    # created a moment ago, not visible everywhere
    ("ec2:CreateSubnet", "InvalidVpcID.NotFound", 400, "NotVisibleYet", VENDOR),
    ("eks:CreateCluster", "ResourceNotFoundException", 404, "NotVisibleYet", VENDOR),
    ("iam:AttachRolePolicy", "NoSuchEntity", 404, "NotVisibleYet", VENDOR),
    # held by something that is going, or changing just now
    ("ec2:DeleteVpc", "DependencyViolation", 400, "ResourceInUse", CUSTOMER),
    ("iam:DeleteRole", "DeleteConflict", 409, "ResourceInUse", CUSTOMER),
    ("rds:ModifyDBInstance", "InvalidDBInstanceState", 400, "ResourceInUse", CUSTOMER),
    ("s3:DeleteBucket", "BucketNotEmpty", 409, "ResourceInUse", CUSTOMER),
    # the cloud itself has none left
    ("eks:CreateNodegroup", "InsufficientInstanceCapacity", 500, "NoCapacity", CUSTOMER),
    ("rds:CreateDBInstance", "InsufficientDBInstanceCapacity", 400, "NoCapacity", CUSTOMER),
    # the session ended, was revoked, or its role was made anew
    ("ec2:CreateVpc", "RequestExpired", 400, "SessionExpired", CUSTOMER),
    ("ec2:CreateVpc", "AuthFailure", 401, "SessionExpired", CUSTOMER),
    ("s3:CreateBucket", "ExpiredToken", 400, "SessionExpired", CUSTOMER),
    ("s3:CreateBucket", "InvalidAccessKeyId", 403, "SessionExpired", CUSTOMER),
    ("eks:CreateCluster", "ExpiredTokenException", 403, "SessionExpired", CUSTOMER),
    ("eks:CreateCluster", "UnrecognizedClientException", 403, "SessionExpired", CUSTOMER),
    ("iam:CreateRole", "InvalidClientTokenId", 403, "SessionExpired", CUSTOMER),
    # refused: a policy may not have reached every corner yet
    ("ec2:CreateVpc", "UnauthorizedOperation", 403, "AccessDenied", CUSTOMER),
    ("s3:CreateBucket", "AccessDenied", 403, "AccessDenied", CUSTOMER),
    ("kms:CreateKey", "AccessDeniedException", 400, "AccessDenied", CUSTOMER),
    ("ec2:CreateVpc", "NobodyKnowsThisOne", 200, "NobodyKnowsThisOne", VENDOR),
]
HALTS = [
    ("ec2:CreateVpc", "VpcLimitExceeded", 400, "QuotaExceeded", CUSTOMER),
    ("ec2:AllocateAddress", "AddressLimitExceeded", 400, "QuotaExceeded", CUSTOMER),
    ("eks:CreateCluster", "ResourceLimitExceededException", 400, "QuotaExceeded", CUSTOMER),
    ("rds:CreateDBInstance", "InstanceQuotaExceeded", 400, "QuotaExceeded", CUSTOMER),
    ("s3:CreateBucket", "TooManyBuckets", 400, "QuotaExceeded", CUSTOMER),
    ("ec2:CreateVpc", "OptInRequired", 401, "NotOptedIn", CUSTOMER),
    ("ec2:RunInstances", "Blocked", 400, "NotOptedIn", CUSTOMER),
    ("rds:CreateDBInstance", "SubscriptionRequiredException", 400, "NotOptedIn", CUSTOMER),
    ("sts:AssumeRole", "AccessDenied", 403, "CannotAssumeRole", CUSTOMER),
    ("ec2:CreateVpc", "InvalidParameterValue", 400, "InvalidRequest", VENDOR),
    ("eks:CreateCluster", "InvalidParameterException", 400, "InvalidRequest", VENDOR),
]


def fault(operation: str, code: str, status: int) -> CloudError:
    return CloudError(
        code=code, status=status, message="In AWS's own words.", operation=operation, request_id="r-1",
        category=classify(code, status),
    )  # fmt: skip


@pytest.mark.parametrize(("operation", "code", "status", "reason", "who"), PASSES)
def test_what_passes_is_tried_again_and_shown(
    operation: str, code: str, status: int, reason: str, who: Who
) -> None:
    found = answer(fault(operation, code, status), ENTRY)
    assert isinstance(found, Retry)
    assert (found.reason, found.who) == (reason, who)
    shown = written(found, attempt=1, now=NOW, random=0.5)
    assert (shown.state, shown.reason) == (StepState.WAITING, reason)
    assert shown.provider
    assert (shown.provider.code, shown.provider.status, shown.provider.call) == (code, status, operation)
    assert shown.message


@pytest.mark.parametrize(("operation", "code", "status", "reason", "who"), PASSES)
def test_what_does_not_pass_after_all_comes_to_a_person(
    operation: str, code: str, status: int, reason: str, who: Who
) -> None:
    found = answer(fault(operation, code, status), ENTRY)
    assert isinstance(found, Retry)
    shown = written(found, attempt=found.limit, now=NOW, random=0.5)
    assert (shown.state, shown.reason, shown.who) == (StepState.BLOCKED, reason, who)


@pytest.mark.parametrize(("operation", "code", "status", "reason", "who"), HALTS)
def test_what_a_person_must_mend_halts_at_once(
    operation: str, code: str, status: int, reason: str, who: Who
) -> None:
    found = answer(fault(operation, code, status), ENTRY)
    assert isinstance(found, Halt)
    assert (found.reason, found.who) == (reason, who)
    assert found.provider
    assert found.provider.message == "In AWS's own words."
    assert found.message.endswith(".")
    assert who is VENDOR or found.fix


@pytest.mark.parametrize(("operation", "code", "status", "reason", "who"), PASSES)
def test_pauses_double_with_jitter_up_to_the_longest(
    operation: str, code: str, status: int, reason: str, who: Who
) -> None:
    found = answer(fault(operation, code, status), ENTRY)
    assert isinstance(found, Retry)
    far = min(found.limit - 1, 12)
    pauses = [written(found, attempt=tries, now=NOW, random=0.5).run_at - NOW for tries in range(1, far + 1)]
    assert all(before <= after for before, after in pairwise(pauses))
    assert pauses[-1] <= LONGEST_PAUSE * 1.25
    early, late = (written(found, attempt=1, now=NOW, random=draw).run_at for draw in (0.0, 1.0))
    assert late - early > timedelta(0)


@pytest.mark.parametrize(
    "silence",
    [ReadTimeoutError(endpoint_url="https://ec2"), ConnectionClosedError(endpoint_url="https://ec2")],
    ids=["timeout", "cut"],
)
def test_no_answer_is_tried_again_for_the_call_may_have_taken_effect(silence: Exception) -> None:
    found = answer(from_no_answer(silence, "ec2:CreateVpc"), ENTRY)
    assert isinstance(found, Retry)
    assert found.reason == "CloudUnreachable"


@pytest.mark.parametrize(
    ("operation", "code", "wanted"),
    [
        ("ec2:CreateVpc", "RequestExpired", True),
        ("ec2:CreateVpc", "UnauthorizedOperation", True),
        ("sts:AssumeRole", "AccessDenied", False),
        ("ec2:CreateVpc", "VpcLimitExceeded", False),
    ],
)
def test_a_new_session_is_opened_where_it_may_help(operation: str, code: str, wanted: bool) -> None:
    assert wants_a_new_session(fault(operation, code, 403)) is wanted


def test_every_category_has_its_treatment() -> None:
    for category in Category:
        error = fault("ec2:CreateVpc", "Some", 400)
        error.category = category
        assert isinstance(answer(error, ENTRY), Retry | Halt)

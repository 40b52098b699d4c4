"""AWS's refusals sorted by what can be done about them."""

import pickle

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError, ReadTimeoutError
from botocore.parsers import QueryParser, ResponseParserError

from regions.clouds.aws.errors import classify, from_client_error, from_no_answer
from regions.clouds.errors import Category


@pytest.mark.parametrize(
    ("code", "status", "category"),
    [
        ("RequestLimitExceeded", 503, Category.THROTTLED),
        ("ThrottlingException", 400, Category.THROTTLED),
        ("AddressLimitExceeded", 400, Category.QUOTA),
        ("UnauthorizedOperation", 403, Category.REFUSED),
        ("403", 403, Category.REFUSED),
        ("ExpiredToken", 403, Category.REFUSED),
        ("DependencyViolation", 400, Category.CONFLICT),
        ("ResourceInUseException", 409, Category.CONFLICT),
        ("InvalidVpcID.NotFound", 400, Category.NOT_FOUND),
        ("NoSuchEntity", 404, Category.NOT_FOUND),
        ("404", 404, Category.NOT_FOUND),
        ("InternalError", 500, Category.TRANSIENT),
        ("SomethingNew", 503, Category.TRANSIENT),
        ("SomethingNew", 429, Category.THROTTLED),
        ("InvalidParameterValue", 400, Category.INVALID),
        ("SomethingNew", 200, Category.UNKNOWN),
    ],
)
def test_code_and_status_decide(code: str, status: int, category: Category) -> None:
    assert classify(code, status) is category


def test_the_providers_own_words_are_kept() -> None:
    response = {
        "Error": {"Code": "VpcLimitExceeded", "Message": "The maximum number of VPCs has been reached."},
        "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "req-1"},
    }
    error = from_client_error(ClientError(response, "CreateVpc"), "ec2:create_vpc")  # type: ignore[arg-type]
    assert (error.code, error.status, error.request_id) == ("VpcLimitExceeded", 400, "req-1")
    assert error.message == "The maximum number of VPCs has been reached."
    assert pickle.loads(pickle.dumps(error)).category is Category.QUOTA


def test_no_answer_is_doubt_and_a_bad_request_is_not() -> None:
    unreachable = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    silent = ReadTimeoutError(endpoint_url="http://127.0.0.1:1")
    assert from_no_answer(unreachable, "sts:AssumeRole").category is Category.TRANSIENT
    assert from_no_answer(silent, "ec2:create_vpc").category is Category.TRANSIENT
    assert from_no_answer(ParamValidationError(report="x"), "ec2:create_vpc").category is Category.INVALID


def test_a_cut_answer_does_not_carry_its_credentials_into_the_error() -> None:
    cut = b"<AssumeRoleResponse><Credentials><SecretAccessKey>wJalrXUtnFEMI</SecretAccessKey><Sess"
    with pytest.raises(ResponseParserError, match="wJalrXUtnFEMI") as raised:
        QueryParser().parse({"status_code": 200, "headers": {}, "body": cut}, None)  # type: ignore[arg-type]
    error = from_no_answer(raised.value, "sts:AssumeRole")
    assert "wJalrXUtnFEMI" not in f"{error} {error.message}"
    assert error.category is Category.TRANSIENT

"""One call of AWS, with its errors sorted."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from regions.clouds.aws.call_names import call_name
from regions.clouds.aws.errors import NO_ANSWER, from_client_error, from_no_answer
from regions.clouds.aws.session import Session


def call(session: Session, service: str, method: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Raises CloudError, named as a policy would have to write the call."""
    client = session.client(service)
    try:
        answer: dict[str, Any] = getattr(client, method)(**request)
    except ClientError as error:
        raise from_client_error(error, call_name(client, method)) from error
    except NO_ANSWER as error:
        raise from_no_answer(error, call_name(client, method)) from error
    return answer

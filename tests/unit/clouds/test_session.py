"""Assuming the customer's role: with the external id, not without, and not for longer than it lasts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from regions.clouds.aws.session import AwsConfig, Session, Sessions, open_session, own_session
from regions.clouds.errors import Category, CloudError
from tests.unit.blueprints.specs import production
from tests.unit.clouds.conftest import EXTERNAL_ID, connected
from tests.unit.clouds.front_door import FrontDoor

ACCOUNT = "910987654321"


@pytest.fixture
def ways_in(door: FrontDoor) -> tuple[AwsConfig, dict[str, Any]]:
    identity = connected(door, production(), ACCOUNT)
    config, _ = door.vendor()
    return config, {
        "role_arn": identity.role_arn,
        "region": production().cloud_region,
        "session_name": "byoc-step",
        "source_identity": "alice",
    }


def test_with_the_external_id_the_session_is_in_the_customers_account(
    ways_in: tuple[AwsConfig, dict[str, Any]],
) -> None:
    config, way = ways_in
    session = open_session(config, external_id=EXTERNAL_ID, **way)
    assert session.client("sts").get_caller_identity()["Account"] == ACCOUNT
    assert session.session_token not in repr(session)


@pytest.mark.parametrize("external_id", ["", "somebody-elses"])
def test_without_it_or_with_a_wrong_one_aws_refuses(
    ways_in: tuple[AwsConfig, dict[str, Any]], external_id: str
) -> None:
    config, way = ways_in
    with pytest.raises(CloudError) as refused:
        open_session(config, external_id=external_id, **way)
    assert refused.value.category is Category.REFUSED


def test_a_session_is_kept_until_five_minutes_before_it_expires(
    ways_in: tuple[AwsConfig, dict[str, Any]],
) -> None:
    config, way = ways_in
    moment = [datetime.now(UTC)]
    sessions = Sessions(config, now=lambda: moment[0])
    first = sessions.open(external_id=EXTERNAL_ID, **way)
    moment[0] = first.expires_at - timedelta(minutes=6)
    assert sessions.open(external_id=EXTERNAL_ID, **way) is first
    moment[0] = first.expires_at - timedelta(minutes=4)
    assert sessions.open(external_id=EXTERNAL_ID, **way) is not first


def test_an_unreachable_cloud_is_doubt() -> None:
    config = AwsConfig("http://127.0.0.1:1", "AKIAEXAMPLE", "secret")
    with pytest.raises(CloudError) as silent:
        open_session(
            config,
            role_arn="arn:aws:iam::910987654321:role/x",
            external_id="none",
            region="eu-west-1",
            session_name="tests",
        )
    assert (silent.value.category, silent.value.status) == (Category.TRANSIENT, 0)


def test_no_secret_is_shown() -> None:
    session: Session = own_session(AwsConfig("", "AKIAEXAMPLE", "very-secret"), "eu-west-1")
    assert "very-secret" not in repr(session)

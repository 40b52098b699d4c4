"""A region that is attached receives secrets, by its own connection; one that leaves does not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from console.kernel.scope import Scope
from console.operations.steps import StepContext
from regions.actions import departures
from regions.clouds.errors import Category, CloudError
from regions.clouds.stores import KeptSecret, KeptSecrets, Objects
from regions.models import Connection, Region
from regions.spec import Cloud
from regions.states import RegionState
from regions.steps import attach, stores
from regions.steps.clouds import CloudEntry
from regions.steps.external_secrets import ExternalSecrets
from regions.steps.region_bucket import RegionBuckets
from secrets_app.models import Recipient
from secrets_app.ports import CloudAway
from tests.unit.regions.conftest import in_state

pytestmark = pytest.mark.django_db

DESCRIBE = "secretsmanager:DescribeSecret"
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ledger-AbCdEf"


@dataclass
class Kept:
    """A bucket and a secrets manager that answer as told."""

    entries: list[CloudEntry] = field(default_factory=list)
    error: CloudError | None = None
    going: bool = False

    def objects(self, entry: CloudEntry, bucket: str) -> Objects:
        self.entries.append(entry)
        return self

    def kept_secrets(self, entry: CloudEntry) -> KeptSecrets:
        self.entries.append(entry)
        return self

    def forget(self, entry: CloudEntry) -> None:
        self.entries.clear()

    def put(self, key: str, body: bytes, content_type: str) -> None:
        self._answer()

    def get(self, key: str) -> bytes | None:
        self._answer()
        return b"body"

    def keys(self, prefix: str) -> tuple[str, ...]:
        return ()

    def remove(self, key: str) -> None:
        return None

    def describe(self, arn: str) -> KeptSecret:
        self._answer()
        return KeptSecret("ledger", None, self.going)

    def rotate_master_password(self, database: str) -> None:
        raise AssertionError("Nobody asked for a password.")

    def master_password_state(self, database: str) -> str:
        return "active"

    def _answer(self) -> None:
        if self.error:
            raise self.error


@pytest.fixture
def kept() -> Iterator[Kept]:
    before, kept = stores.stores_of("aws"), Kept()
    stores.bind(Cloud.AWS, kept)
    yield kept
    stores.bind(Cloud.AWS, before)


@pytest.fixture
def recipient(alice_scope: Scope, region: Region, context_of: Callable[..., StepContext]) -> Recipient:
    in_state(region, alice_scope, RegionState.PROVISIONING)
    attach.attach(context_of("attach"))
    with alice_scope.entered():
        found: Recipient = Recipient.objects.get(region_id=region.id)
    return found


def failing(category: Category, code: str, operation: str) -> CloudError:
    return CloudError(code=code, status=403, message="", operation=operation, request_id="", category=category)


def test_an_attached_region_is_a_recipient_once(
    alice_scope: Scope, region: Region, recipient: Recipient, context_of: Callable[..., StepContext]
) -> None:
    attach.attach(context_of("attach"))
    with alice_scope.entered():
        assert Recipient.objects.count() == 1
    assert recipient.bucket == f"byoc-{str(region.id).replace('-', '')[-10:]}-state-{region.spec['account_id']}"
    assert recipient.host == region.spec["dns_zone"]
    assert recipient.state == "joining"


def test_a_region_that_leaves_receives_nothing_more(
    alice_scope: Scope, region: Region, recipient: Recipient
) -> None:
    with alice_scope.entered():
        departures.deprovision(scope=alice_scope, region=Region.objects.get(pk=region.pk), typed_name=region.name)
        recipient.refresh_from_db()
    assert recipient.state == "gone"


def test_the_bucket_is_reached_by_the_regions_own_connection(
    kept: Kept, recipient: Recipient, connection: Connection
) -> None:
    assert RegionBuckets().get(recipient, "region/applied.json") == b"body"
    assert kept.entries[0].role_arn == connection.role_arn
    assert kept.entries[0].external_id == connection.external_id


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (failing(Category.REFUSED, "AccessDenied", "sts:AssumeRole"), "does not let the console in"),
        (failing(Category.REFUSED, "AccessDenied", "s3:PutObject"), "may not do s3:PutObject"),
        (failing(Category.NOT_FOUND, "NoSuchBucket", "s3:PutObject"), "state bucket is not there"),
        (failing(Category.TRANSIENT, "SlowDown", "s3:PutObject"), "asked again"),
    ],
)
def test_a_cloud_that_refuses_is_said_in_a_sentence(
    kept: Kept, recipient: Recipient, error: CloudError, sentence: str
) -> None:
    kept.error = error
    with pytest.raises(CloudAway, match=sentence):
        RegionBuckets().put(recipient, "desired/index.json", b"{}", "application/json")


def test_an_external_secret_is_looked_at_by_the_connection_to_its_account(
    kept: Kept, alice_scope: Scope, connection: Connection
) -> None:
    found = ExternalSecrets().look(alice_scope, "aws", ARN)
    assert (found.state, kept.entries[0].account_id) == ("pass", "123456789012")


@pytest.mark.parametrize(
    ("error", "state", "sentence"),
    [
        (failing(Category.NOT_FOUND, "ResourceNotFoundException", DESCRIBE), "refused", "no such"),
        (failing(Category.REFUSED, "AccessDeniedException", DESCRIBE), "refused", "tag-resource"),
        (failing(Category.REFUSED, "AccessDenied", "sts:AssumeRole"), "cannot_tell", "let the console in"),
        (failing(Category.TRANSIENT, "InternalError", DESCRIBE), "cannot_tell", "asked again"),
    ],
)  # fmt: skip
def test_what_the_cloud_says_of_it_is_told_apart(
    kept: Kept, alice_scope: Scope, connection: Connection, error: CloudError, state: str, sentence: str
) -> None:
    kept.error = error
    found = ExternalSecrets().look(alice_scope, "aws", ARN)
    assert found.state == state
    assert sentence in found.message


def test_without_a_connection_nobody_can_tell(kept: Kept, alice_scope: Scope) -> None:
    found = ExternalSecrets().look(alice_scope, "aws", ARN)
    assert found.state == "cannot_tell"
    assert "no connection to account 123456789012" in found.message


def test_a_secret_that_is_going_is_refused(kept: Kept, alice_scope: Scope, connection: Connection) -> None:
    kept.going = True
    assert ExternalSecrets().look(alice_scope, "aws", ARN).state == "refused"

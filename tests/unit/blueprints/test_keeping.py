import pytest

from regions.blueprints import blueprint, by_name
from regions.blueprints.keeping import Buckets, Keeping, kept, last_fields, usual
from regions.spec import EncryptionSpec
from tests.unit.blueprints.specs import VARIANTS, production

MANIFESTS = blueprint(production())
BUCKET = {one.name for one in MANIFESTS if one.name.startswith("state-bucket")}
KEY = {"encryption-key", "encryption-key-alias"}


@pytest.mark.parametrize(
    ("keeping", "stays"),
    [
        (Keeping(), set()),
        (Keeping(final_snapshot=True), KEY),
        (Keeping(buckets=Buckets.KEEP), BUCKET | KEY),
        (Keeping(final_snapshot=True, buckets=Buckets.KEEP), BUCKET | KEY),
    ],
)
def test_what_stays_keeps_the_key_that_opens_it(keeping: Keeping, stays: set[str]) -> None:
    assert kept(MANIFESTS, keeping) == stays


def test_a_customers_own_key_is_not_ours_to_keep() -> None:
    manifests = blueprint(production(encryption=EncryptionSpec("arn:aws:kms:eu-central-1:1:key/1")))
    assert kept(manifests, Keeping(final_snapshot=True)) == frozenset()


def test_a_snapshot_has_a_name_of_its_own_each_time() -> None:
    database = by_name(MANIFESTS)["database"]
    first, second = (last_fields(database, Keeping(final_snapshot=True), token) for token in ("one", "two"))
    assert first["finalSnapshotIdentifier"] != second["finalSnapshotIdentifier"]
    assert first["skipFinalSnapshot"] is False
    assert last_fields(database, Keeping(), "one") == {"skipFinalSnapshot": True}


def test_without_a_choice_production_leaves_a_snapshot_and_development_none() -> None:
    assert usual(MANIFESTS) == Keeping(final_snapshot=True)
    assert usual(blueprint(VARIANTS["development"])) == Keeping()


def test_a_choice_survives_being_written_down() -> None:
    chosen = Keeping(final_snapshot=True, buckets=Buckets.KEEP)
    assert Keeping.from_document(chosen.to_document()) == chosen

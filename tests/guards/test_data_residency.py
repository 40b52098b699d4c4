"""The page of data residency tells of every table and every encrypted column, and tells the truth."""

from collections import Counter

from django.apps import apps
from django.db import models

from console.dashboard import residency
from console.dashboard.residency import Key
from console.encryption.fields import REGISTRY, EncryptedBinaryField


def tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}


def told() -> Counter[str]:
    return Counter(table for datum in residency.data() for table in datum.tables)


def encrypted() -> dict[str, EncryptedBinaryField]:
    found: dict[str, EncryptedBinaryField] = {}
    for label, name in REGISTRY:
        field = apps.get_model(label)._meta.get_field(name)
        assert isinstance(field, EncryptedBinaryField)
        found[f"{label}.{name}"] = field
    return found


def key_of(field: EncryptedBinaryField) -> Key:
    if field.keyring:
        return Key.AUTHORITY
    return Key.ORGANIZATION if field.owner else Key.PLATFORM


def test_every_table_is_told_of_once_or_holds_nothing_of_anybody() -> None:
    assert tables() - set(told()) - set(residency.NO_CUSTOMER_DATA) == set()
    assert {table for table, many in told().items() if many > 1} == set()


def test_no_table_with_an_organizations_rows_is_left_out() -> None:
    of_customers = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.column == "org_id" for field in model._meta.concrete_fields)
    }
    assert of_customers - set(told()) == set()


def test_no_table_is_told_of_that_is_not_there() -> None:
    assert (set(told()) | set(residency.NO_CUSTOMER_DATA)) - tables() == set()


def test_every_encrypted_column_is_told_of_with_its_key() -> None:
    said = {name: datum.key for datum in residency.data() for name in datum.fields}
    assert said == {name: key_of(field) for name, field in encrypted().items()}


def test_an_encrypted_column_is_told_of_with_its_table() -> None:
    apart = [
        name
        for datum in residency.data()
        for name in datum.fields
        if apps.get_model(name.rpartition(".")[0])._meta.db_table not in datum.tables
    ]
    assert apart == []


def test_every_table_with_binary_columns_is_looked_at() -> None:
    """A key or a sealed value in a plain column would be bytes: each such column is known here."""
    plain = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField) and not isinstance(field, EncryptedBinaryField)
    }
    assert plain == {
        "audit.AuditCheckpoint.hash", "audit.AuditCheckpoint.signature", "audit.AuditEvent.salt",
        "audit.AuditLink.digest", "audit.AuditLink.hash", "audit.AuditSigningKey.public_key",
        "audit.AuditTombstone.signature", "encryption.Dek.wrapped", "regions.DeletionCertificate.signature",
    }  # fmt: skip


def test_every_datum_says_what_how_long_and_why_nothing_is_kept() -> None:
    short = [datum.what for datum in residency.data() if len(datum.detail) < 10 or not datum.kept]
    assert short == []
    assert [table for table, reason in residency.NO_CUSTOMER_DATA.items() if len(reason.split()) < 3] == []

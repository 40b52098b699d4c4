"""Who steals the database and the settings, but not KEK_STORE, can show nobody's code."""

import base64
import binascii
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings as configured
from django.db import connections

from accounts.access.standing import Origin
from accounts.actions import organizations, second_factors
from accounts.models import TotpDevice
from console.encryption import deks
from console.encryption.deks import WrappedDek
from console.encryption.envelope import KEY_BYTES, NONCE_BYTES, Envelope, context, unseal
from console.encryption.fields import EncryptedField
from console.encryption.keyring import NOBODY, PLATFORM, forget, keyring, store
from console.kernel.clock import now
from sandbox import quarters
from tests.conftest import make_person

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BYTEA = re.compile(rb"\\\\x([0-9a-f]+)")


class Stolen:
    """A person with an authenticator and an organization with a key; then the dump, and every setting."""

    def __init__(self) -> None:
        person = make_person("Dora")
        organization = organizations.create_organization(user=person, name="Dora's Bank")
        pending = second_factors.begin_enrolment(user=person)
        self.secret = str(pending.secret)
        code = pyotp.TOTP(self.secret).now()
        self.recovery_codes = second_factors.confirm_enrolment(
            user=person, device_id=pending.id, code=code, origin=Origin(), at=now()
        )
        self.pending_secret = str(second_factors.begin_enrolment(user=person).secret)
        self.device = TotpDevice.objects.of(person.pk).confirmed().get()
        self.keyrings = (PLATFORM, str(organization.id))
        self.dump = dumped()
        self.settings = tuple(settings_values())

    @property
    def everything(self) -> bytes:
        return b"\n".join([self.dump, *self.settings, *decoded(self.dump)])

    @property
    def envelope(self) -> Envelope:
        return Envelope.from_bytes(bytes(self.device.__dict__["secret"]))

    @property
    def dek(self) -> WrappedDek:
        dek_id = self.envelope.dek_id
        return deks.fetch(NOBODY, [dek_id])[dek_id]

    @property
    def dek_aad(self) -> bytes:
        return context("dek", PLATFORM) + self.dek.id.bytes

    @property
    def aad(self) -> bytes:
        field = TotpDevice._meta.get_field("secret")
        assert isinstance(field, EncryptedField)
        return self.envelope.header + field.aad(self.device)


@pytest.fixture
def stolen() -> Stolen:
    return Stolen()


def dumped() -> bytes:
    """What `pg_dump` writes, as the role that owns the schema."""
    owner = connections["owner"].settings_dict
    program = quarters.packaged_programs() / "pg_dump"
    address = ["-h", owner["HOST"], "-p", str(owner["PORT"]), "-U", owner["USER"], "-d", owner["NAME"]]
    return subprocess.run(
        [str(program), *address],
        env={**os.environ, "PGPASSWORD": owner["PASSWORD"]},
        capture_output=True,
        check=True,
    ).stdout


def decoded(dump: bytes) -> list[bytes]:
    """Binary columns, as they are stored."""
    return [bytes.fromhex(found.decode()) for found in BYTEA.findall(dump)]


def settings_values() -> Iterator[bytes]:
    """Every setting, down to each text in it."""
    for name in dir(configured):
        if name.isupper():
            yield from _texts(getattr(configured, name))


def _texts(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(key)
            yield from _texts(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _texts(one)
    else:
        yield str(value).encode()


def encodings(raw: bytes) -> set[bytes]:
    """Bytes as they are, and as somebody would write them down, without padding."""
    written = {base64.b64encode(raw), base64.urlsafe_b64encode(raw), base64.b32encode(raw)}
    plain = {one.rstrip(b"=") for one in written} | {raw.hex().encode(), raw.hex().upper().encode(), raw}
    return plain | {one.hex().encode() for one in plain} | {base64.b64encode(one).rstrip(b"=") for one in plain}


def windows(values: tuple[bytes, ...]) -> set[bytes]:
    """Every run of bytes as long as a key: of the values, and of what they say in base64 or hexadecimal."""
    read = {*values, *(meant for value in values for meant in _meanings(value))}
    return {
        value[start : start + KEY_BYTES] for value in read for start in range(max(0, len(value) - KEY_BYTES + 1))
    }


def _meanings(value: bytes) -> Iterator[bytes]:
    readings: tuple[Callable[[bytes], bytes], ...] = (
        lambda text: base64.b64decode(text + b"=" * (-len(text) % 4), validate=True),
        lambda text: base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4)),
        binascii.unhexlify,
    )
    for reading in readings:
        with suppress(binascii.Error, ValueError):
            yield reading(value)


def opens(key: bytes, sealed: bytes, aad: bytes) -> bool:
    try:
        AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
    except InvalidTag:
        return False
    return True


def test_the_dump_is_whole_and_holds_the_envelope(stolen: Stolen) -> None:
    """Else the other tests would prove nothing."""
    assert b"dora@example.com" in stolen.dump
    assert stolen.device.__dict__["secret"] in decoded(stolen.dump)
    assert stolen.dek.wrapped in decoded(stolen.dump)
    assert str(configured.SECRET_KEY).encode() in stolen.settings


def test_no_secret_stands_in_dump_or_settings_in_any_encoding(stolen: Stolen) -> None:
    everything = stolen.everything
    for secret in (stolen.secret, stolen.pending_secret):
        needles = encodings(base64.b32decode(secret)) | encodings(secret.encode())
        assert not [needle for needle in needles if needle in everything]
    for code in stolen.recovery_codes:
        assert code.encode() not in everything
        assert code.replace("-", "").encode() not in everything


def test_no_key_stands_in_dump_or_settings_in_any_encoding(stolen: Stolen) -> None:
    keys = [store().material(name, one) for name in stolen.keyrings for one in keyring(name).versions]
    assert len(keys) == len(stolen.keyrings)
    assert not [needle for key in keys for needle in encodings(key) if needle in stolen.everything]


def test_nothing_in_settings_or_dump_opens_the_envelope(stolen: Stolen) -> None:
    """Neither as the key that wraps the data key nor as the data key itself."""
    found = windows((*stolen.settings, *decoded(stolen.dump)))
    assert len(found) > 1000
    envelope, aad, dek, dek_aad = stolen.envelope, stolen.aad, stolen.dek, stolen.dek_aad
    for key in found:
        assert not opens(key, dek.wrapped, dek_aad)
        assert not opens(key, envelope.sealed, aad)


def test_with_the_kek_store_it_opens(stolen: Stolen) -> None:
    forget()
    dek, field = stolen.dek, TotpDevice._meta.get_field("secret")
    assert isinstance(field, EncryptedField)
    key = keyring(PLATFORM).kek(dek.kek_version).unwrap(dek.id.bytes, dek.wrapped)
    assert unseal(stolen.envelope, dek=key, aad=field.aad(stolen.device)).decode() == stolen.secret
    assert opens(key, stolen.envelope.sealed, stolen.aad)
    (version,) = keyring(PLATFORM).versions
    assert opens(store().material(PLATFORM, version), dek.wrapped, stolen.dek_aad)
    assert TotpDevice.objects.get(pk=stolen.device.pk).secret == stolen.secret

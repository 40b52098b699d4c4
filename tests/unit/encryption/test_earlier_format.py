"""Values that an earlier version wrote, with the wrapped key inside the envelope, are given a data key."""

import os
from importlib import import_module

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection

from accounts.models import TotpDevice
from console.encryption.envelope import FORMAT, context
from console.encryption.keyring import PLATFORM, keyring, store
from console.encryption.models import Dek
from console.kernel.clock import now
from tests.conftest import make_person

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


class Editor:
    connection = connection


def _earlier(pk: object) -> bytes:
    kek = store().material(PLATFORM, keyring(PLATFORM).version(1))
    aad, dek = context("accounts.TotpDevice", "secret", PLATFORM, str(pk)), os.urandom(32)
    return b"\x01\x00\x00\x00\x01" + _sealed(kek, dek, aad) + _sealed(dek, SECRET.encode(), aad)


def _sealed(key: bytes, clear: bytes, aad: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, clear, aad)


def test_an_earlier_envelope_is_moved() -> None:
    device = TotpDevice.objects.create(user=make_person("Dana"), secret="other", confirmed_at=now())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_totpdevice SET secret = %s", [_earlier(device.pk)])
    assert Dek.objects.count() == 0
    import_module("accounts.migrations.0004_data_keys").move(None, Editor)
    moved = TotpDevice.objects.get(pk=device.pk)
    assert moved.__dict__["secret"][0] == FORMAT
    assert moved.secret == SECRET
    assert Dek.objects.count() == 1

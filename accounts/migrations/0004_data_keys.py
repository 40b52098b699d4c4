"""Give every authenticator's secret a data key in the table of data keys.

Until now an envelope held its own wrapped key: format 1, KEK version, wrapped key, ciphertext.
"""

import struct

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import migrations

EARLIER = struct.Struct(">BI")
WRAPPED_BYTES = 60


def move(apps, schema_editor):
    from accounts.models import TotpDevice
    from console.encryption import deks, envelope
    from console.encryption.keyring import PLATFORM, store

    using = schema_editor.connection.alias
    field = TotpDevice._meta.get_field("secret")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, secret FROM accounts_totpdevice WHERE get_byte(secret, 0) = 1")
        for pk, raw in cursor.fetchall():
            row = TotpDevice(pk=pk)
            aad = envelope.context("accounts.TotpDevice", "secret", PLATFORM, str(pk))
            row.__dict__["secret"] = opened(bytes(raw), aad, lambda version: key(store(), version))
            (dek,) = deks.make(PLATFORM, using=using)
            cursor.execute(
                "UPDATE accounts_totpdevice SET secret = %s WHERE id = %s", [bytes(field.sealed(row, dek)), pk]
            )


def key(store, version):
    found = next(one for one in store.versions("platform") if one.number == version)
    return store.material("platform", found)


def opened(raw, aad, key_of):
    _, version = EARLIER.unpack_from(raw)
    wrapped, sealed = raw[EARLIER.size:][:WRAPPED_BYTES], raw[EARLIER.size + WRAPPED_BYTES:]
    dek = AESGCM(key_of(version)).decrypt(wrapped[:12], wrapped[12:], aad)
    return AESGCM(dek).decrypt(sealed[:12], sealed[12:], aad).decode()


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_application_plane'),
        ('encryption', '0001_initial'),
    ]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]

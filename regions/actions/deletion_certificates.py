"""Certificates of deletion: judged by the platform's public keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from console.audit import signing
from console.audit.models import AuditSigningKey
from regions.models import DeletionCertificate
from regions.steps.certificate_statement import KIND


@dataclass(frozen=True, slots=True)
class Judgement:
    """`said` is what the certificate says if its signature is good."""

    valid: bool
    sentence: str
    public_key: str = ""
    said: Mapping[str, Any] | None = None


def judge(*, statement: str, key_id: UUID, signature: bytes) -> Judgement:
    """Whether the platform signed exactly this text."""
    key = AuditSigningKey.objects.filter(id=key_id).first()
    if key is None:
        return Judgement(False, "No key of this console has that id.")
    public = bytes(key.public_key)
    said = signing.said_by(public, statement, signature)
    if said is None:
        return Judgement(False, "The signature does not fit the text: one of them was changed.", public.hex())
    if said.get("kind") != KIND:
        return Judgement(False, "It was signed by this console and is no certificate of deletion.", public.hex())
    return Judgement(True, "Signed by this console, and not changed since.", public.hex(), said)


def judged(certificate: DeletionCertificate) -> Judgement:
    return judge(
        statement=certificate.statement, key_id=certificate.key_id, signature=bytes(certificate.signature)
    )


def document(certificate: DeletionCertificate) -> dict[str, Any]:
    """What a customer keeps: the signed text, byte for byte, with all that is needed to judge it elsewhere."""
    return {
        "statement": certificate.statement,
        "algorithm": "Ed25519",
        "signature": bytes(certificate.signature).hex(),
        "key_id": str(certificate.key_id),
        "public_key": judged(certificate).public_key,
    }

"""The sync of trust: bundle, authority and revocation lists go out; requests, lists and leaves come back."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from console.kernel.clock import now
from console.kernel.errors import ConsoleError
from console.kernel.scope import Scope
from secrets_app.models import Recipient, RegionTrust
from secrets_app.pki.refusals import PkiRefused
from secrets_app.steps import kms_authorities
from secrets_app.steps.region_layout import plain_object
from secrets_app.steps.region_parts import Document, Heard, Outgoing, register
from secrets_app.trust import intermediates, leaves, lists, regions

REQUEST, LEAVES, OWN_LISTS = "region/intermediate.csr", "region/leaves.json", "region/crl.pem"
TRUST = "desired/trust/"
BUNDLE, INTERMEDIATE, LISTS = f"{TRUST}bundle.pem", f"{TRUST}intermediate.pem", f"{TRUST}crl.pem"
PEM = "application/x-pem-file"
LARGEST_REQUEST, LARGEST_REPORT = 16_384, 16 * 1024 * 1024


class RegionTrustPart:
    name = "trust"
    reads: tuple[str, ...] = (REQUEST, LEAVES, OWN_LISTS)

    def outgoing(self, scope: Scope, recipient: Recipient) -> Outgoing:
        at = now()
        try:
            with transaction.atomic():
                trust = regions.join(scope, recipient, now=at)
        except ConsoleError as error:
            return Outgoing(index={}, trouble=str(error))
        if trust is None:
            return Outgoing(index={})
        wanted = regions.wanted(scope, trust, now=at)
        texts = {BUNDLE: wanted.bundle, INTERMEDIATE: wanted.intermediate, LISTS: wanted.lists}
        digests = {key: digest(text.encode()) for key, text in texts.items() if text}
        fresh = [key for key, value in digests.items() if trust.published_digests.get(key) != value]
        return Outgoing(
            index=wanted.index,
            documents=tuple(Document(key, texts[key].encode(), PEM) for key in fresh),
            prefix=TRUST,
            keep=frozenset(digests),
            note=(trust, digests),
        )

    def published(self, scope: Scope, recipient: Recipient, outgoing: Outgoing) -> None:
        if outgoing.note is None:
            return
        trust, digests = outgoing.note
        rows = RegionTrust.objects.visible_to(scope).to(recipient.pk)
        if digests != trust.published_digests and not rows.was_published(trust.published_digests, now=digests):
            rows.update(published_digests={})  # another look was faster: whose objects lie there, nobody knows

    def lost(self, scope: Scope, recipient: Recipient, keys: frozenset[str]) -> None:
        rows = RegionTrust.objects.visible_to(scope).to(recipient.pk)
        for trust in rows.select_for_update():
            trust.published_digests = {
                key: value for key, value in trust.published_digests.items() if key not in keys
            }
            trust.save(update_fields=["published_digests"])

    def heard(self, scope: Scope, recipient: Recipient, heard: Heard) -> str:
        at = now()
        rows = RegionTrust.objects.visible_to(scope).to(recipient.pk).select_for_update(of=("self",))
        trust = rows.with_recipient().first()
        if trust is None:
            return ""
        doubt = regions.confirm(scope, trust, plain_object(heard.applied), now=at)
        told = _take_objects(scope, trust, heard.objects, at)
        trouble = _sign(scope, trust, at)
        return " ".join(filter(None, [doubt, told, trouble]))

    def settled(self, scope: Scope, recipient: Recipient) -> bool:
        trust = RegionTrust.objects.visible_to(scope).to(recipient.pk).with_recipient().first()
        if trust is None:
            return recipient.plane_id is None
        return (
            trust.bundle_confirmed
            and trust.intermediate_confirmed
            and not trust.renewal_of
            and trust.applied_lists == trust.lists_digest
        )


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _take_objects(scope: Scope, trust: RegionTrust, objects: Mapping[str, bytes], at: datetime) -> str:
    """Take in what changed since the last look. A refusal stays in view until the region says something else."""
    found = {key: digest(body) for key, body in objects.items()}
    troubles = dict(plain_object(trust.troubles))
    for key, take in TAKERS.items():
        if key in objects and trust.read_digests.get(key) != found[key]:
            troubles[key] = take(scope, trust, objects[key], at)
    known = {key: found.get(key, trust.read_digests.get(key, "")) for key in TAKERS}
    if known != trust.read_digests or troubles != trust.troubles:
        trust.read_digests, trust.troubles = known, troubles
        trust.save(update_fields=["read_digests", "troubles"])
    return " ".join(sentence for sentence in troubles.values() if sentence)


def _request(scope: Scope, trust: RegionTrust, body: bytes, at: datetime) -> str:
    try:
        with transaction.atomic():
            intermediates.take_request(scope, trust, body[: LARGEST_REQUEST + 1], now=at)
    except PkiRefused as refused:
        return f"Its certificate request is refused: {refused.message}"
    return ""


def _lists(scope: Scope, trust: RegionTrust, body: bytes, at: datetime) -> str:
    try:
        with transaction.atomic():
            lists.take(scope, trust.recipient, body, now=at)
    except PkiRefused as refused:
        return f"Its revocation list is refused: {refused.message}"
    return ""


def _leaves(scope: Scope, trust: RegionTrust, body: bytes, at: datetime) -> str:
    if len(body) > LARGEST_REPORT:
        return f"Its list of leaves has more than {LARGEST_REPORT} bytes."
    try:
        with transaction.atomic():
            refused = leaves.take(scope, trust, body, now=at)
    except PkiRefused as error:
        return error.message
    more = f" and {len(refused) - 1} more" if len(refused) > 1 else ""
    return f"A leaf that it reports is not listed: {refused[0]}{more}" if refused else ""


Take = Callable[[Scope, RegionTrust, bytes, datetime], str]
TAKERS: dict[str, Take] = {REQUEST: _request, OWN_LISTS: _lists, LEAVES: _leaves}


def _sign(scope: Scope, trust: RegionTrust, at: datetime) -> str:
    try:
        with transaction.atomic():
            if trust.by_customer:
                kms_authorities.start_signing(scope, trust)
            else:
                intermediates.sign(scope, trust, now=at)
    except ConsoleError as error:
        return f"Its certificate request waits: {error}"
    return ""


PART = register(RegionTrustPart())

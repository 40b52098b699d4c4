"""The part of the sync that carries secrets: sealed documents out, applied versions back."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from console.encryption import fields
from console.kernel.clock import now
from console.kernel.errors import ConsoleError
from console.kernel.scope import Scope
from secrets_app.models import Recipient, SecretDelivery, SecretVersion
from secrets_app.sealing import Place, seal
from secrets_app.steps.region_layout import JOSE, SECRETS, plain_object, secret_key
from secrets_app.steps.region_parts import Document, Heard, Outgoing, register

REMEMBERED = 20
"""Published versions whose acknowledgement is still believed."""
LARGEST_NUMBER = 2**31 - 1


class SecretDeliveries:
    name = "secrets"
    reads: tuple[str, ...] = ()

    def outgoing(self, scope: Scope, recipient: Recipient) -> Outgoing:
        rows = list(SecretDelivery.objects.visible_to(scope).to(recipient.pk).order_by("secret_id"))
        documents, unreadable = _sealed(scope, recipient, rows)
        left_out = unreadable - {row.secret_id for row in rows if row.published}
        named = {row.secret_id: _nameable(row, unreadable) for row in rows if row.secret_id not in left_out}
        return Outgoing(
            index={str(secret_id): number for secret_id, number in named.items() if number},
            documents=documents,
            prefix=SECRETS,
            keep=frozenset(key for row in rows for key in _kept(row, unreadable)),
            trouble=_unreadable(len(unreadable)),
            note=[row for row in rows if row.secret_id not in unreadable],
        )

    def published(self, scope: Scope, recipient: Recipient, outgoing: Outgoing) -> None:
        """Rows that were changed meanwhile stay as they are: their turn comes with the next look."""
        for row in outgoing.note:
            if row.desired_version and row.sealed_for != recipient.key_id:
                published = [*(each for each in row.published if each != row.desired_version), row.desired_version]
                same = SecretDelivery.objects.visible_to(scope).filter(pk=row.pk)
                same.filter(desired_version=row.desired_version, sealed_for=row.sealed_for).update(
                    published=published[-REMEMBERED:], sealed_for=recipient.key_id
                )
            elif row.is_live and len(row.published) > 1:
                rows = SecretDelivery.objects.visible_to(scope).filter(pk=row.pk, published=row.published)
                rows.update(published=[row.desired_version])

    def lost(self, scope: Scope, recipient: Recipient, keys: frozenset[str]) -> None:
        rows = SecretDelivery.objects.visible_to(scope).to(recipient.pk).exclude(desired_version=0)
        gone = [row.pk for row in rows if secret_key(row.secret_id, row.desired_version) in keys]
        SecretDelivery.objects.visible_to(scope).filter(pk__in=gone).update(sealed_for="")

    def heard(self, scope: Scope, recipient: Recipient, heard: Heard) -> str:
        applied = plain_object(heard.applied)
        doubted = []
        for row in SecretDelivery.objects.visible_to(scope).to(recipient.pk).with_secret():
            said = _number(applied, row)
            if said and said not in row.published:
                doubted.append(row.secret.name)
                said = None
            if said != row.applied_version:
                row.applied_version = said
                row.applied_at = None if said is None else now()
                row.save(update_fields=["applied_version", "applied_at"])
        if not doubted:
            return ""
        names = ", ".join(sorted(doubted)[:3])
        return f"The region says it has versions that were never published to it: {names}. It is not believed."

    def settled(self, scope: Scope, recipient: Recipient) -> bool:
        return not SecretDelivery.objects.visible_to(scope).to(recipient.pk).not_live().exists()


def _sealed(
    scope: Scope, recipient: Recipient, rows: Iterable[SecretDelivery]
) -> tuple[tuple[Document, ...], set[UUID]]:
    """Documents that are not in the bucket yet, and the secrets whose value cannot be read here."""
    fresh = [row for row in rows if row.desired_version and row.sealed_for != recipient.key_id]
    wanted = {row.secret_id: row.desired_version for row in fresh}
    documents, unreadable = [], set(wanted)
    for version in fields.prefetch(SecretVersion.objects.visible_to(scope).kept().wanted(wanted)):
        try:
            plaintext = str(version.value).encode()
        except ConsoleError:
            continue
        unreadable.discard(version.secret_id)
        place = Place(str(scope.org_id), str(recipient.region_id), str(version.secret_id), version.number)
        document = seal(plaintext, public_key=recipient.public_key, place=place)
        documents.append(Document(secret_key(version.secret_id, version.number), document.encode(), JOSE))
    return tuple(documents), unreadable


def _nameable(row: SecretDelivery, unreadable: Collection[UUID]) -> int:
    """The index never names a document that is not there: what cannot be read stays at the version before."""
    return row.published[-1] if row.secret_id in unreadable else row.desired_version


def _unreadable(many: int) -> str:
    if not many:
        return ""
    secrets = "1 secret" if many == 1 else f"{many} secrets"
    return f"{secrets} cannot be read here, so the region keeps what it has of them. The keys page says why."


def _kept(row: SecretDelivery, unreadable: Collection[UUID]) -> Iterable[str]:
    """The wanted version's document, and those before it until the region has that one."""
    if row.desired_version == 0:
        return ()
    earlier = () if row.is_live else row.published
    wanted = () if row.secret_id in unreadable else (row.desired_version,)
    return tuple(secret_key(row.secret_id, number) for number in {*earlier, *wanted})


def _number(applied: Mapping[str, Any], row: SecretDelivery) -> int | None:
    """The version that the region names; 0 where it names none and none is wanted."""
    said = applied.get(str(row.secret_id))
    if isinstance(said, int) and not isinstance(said, bool) and 0 < said <= LARGEST_NUMBER:
        return said
    return 0 if said is None and row.desired_version == 0 else None


PART = register(SecretDeliveries())

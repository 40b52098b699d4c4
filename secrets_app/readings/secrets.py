"""The list of secrets: what the address asks for, a page of rows, and what stands above them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count
from django.http import QueryDict

from accounts.models import Project
from console.encryption.keyring import KeyUnavailable, keyring
from console.kernel.clock import now
from console.kernel.scope import Scope
from secrets_app.models import Kind, Recipient, Secret, SecretDelivery
from secrets_app.models.secrets import WARN_BEFORE, SecretQuerySet
from secrets_app.readings.liveness import Live, by_secret
from secrets_app.readings.readers import Reader, readers_of

ORGANIZATION = "organization"
"""The word of the address for secrets that belong to no project."""


@dataclass(frozen=True, slots=True)
class Filter:
    """The list's filters, all of them in the address."""

    text: str = ""
    project: str = ""
    kind: str = ""
    not_live: bool = False
    expiring: bool = False

    @classmethod
    def of(cls, query: QueryDict) -> "Filter":
        kind = query.get("kind", "")
        return cls(
            text=query.get("q", "").strip()[:100],
            project=query.get("project", "")[:63],
            kind=kind if kind in Kind.values else "",
            not_live=query.get("live") == "no",
            expiring=query.get("expires") == "soon",
        )

    def address(self, **changes: str) -> str:
        """The query string with some of it changed; an empty value takes a filter away."""
        present = {
            "q": self.text,
            "project": self.project,
            "kind": self.kind,
            "live": "no" if self.not_live else "",
            "expires": "soon" if self.expiring else "",
        }
        return "?" + urlencode({name: value for name, value in {**present, **changes}.items() if value})

    @property
    def is_set(self) -> bool:
        return self != Filter()


@dataclass(frozen=True, slots=True)
class Row:
    secret: Secret
    live: list[Live]
    readers: list[Reader]
    expiry: str
    """`""`, `soon` or `over`."""

    @property
    def not_live(self) -> int:
        return sum(not each.is_live for each in self.live)

    @property
    def kind(self) -> str:
        return kind_words(self.secret)


def kind_words(secret: Secret) -> str:
    label = str(Kind(secret.kind).label)
    if secret.is_external:
        return f"{label} · {secret.detail}"
    return f"{label}, {secret.detail}" if secret.detail else label


def filtered(*, scope: Scope, asked: Filter) -> SecretQuerySet:
    rows: SecretQuerySet = Secret.objects.visible_to(scope).present().with_project()
    if asked.text:
        rows = rows.speaking_of(asked.text)
    if asked.project:
        rows = rows.in_project_named("" if asked.project == ORGANIZATION else asked.project)
    if asked.kind:
        rows = rows.of_kind(asked.kind)
    if asked.not_live:
        rows = rows.filter(pk__in=_behind(scope).values("secret_id"))
    return rows.expiring(now() + WARN_BEFORE) if asked.expiring else rows


def rows(*, scope: Scope, secrets: Iterable[Secret]) -> list[Row]:
    found = list(secrets)
    ids = [secret.pk for secret in found]
    live, readers = by_secret(scope=scope, secret_ids=ids), readers_of(scope=scope, secret_ids=ids)
    return [
        Row(secret, live.get(secret.pk, []), readers[secret.pk], expiry(secret.expires_at)) for secret in found
    ]


def expiry(at: datetime | None) -> str:
    if at is None or at > now() + WARN_BEFORE:
        return ""
    return "over" if at <= now() else "soon"


def above(*, scope: Scope) -> dict[str, Any]:
    """What the head of the list and its chips say."""
    present = Secret.objects.visible_to(scope).present()
    return {
        "total": present.count(),
        "behind": _behind(scope).filter(secret__deleted_at=None).values("secret_id").distinct().count(),
        "expiring": present.expiring(now() + WARN_BEFORE).count(),
        "projects": list(Project.objects.visible_to(scope).by_name()[:50]),
        "offers": list(Recipient.objects.visible_to(scope).present().exclude(offered_key="")),
        "kek_version": kek_version(scope),
    }


def kek_version(scope: Scope) -> int:
    """The version that wraps new data keys; 0 where the keyring cannot be read."""
    try:
        return keyring(str(scope.org_id)).active_version
    except KeyUnavailable:
        return 0


def of_projects(scope: Scope, project_ids: Iterable[UUID]) -> Mapping[UUID, int]:
    """How many secrets each project has."""
    found = Secret.objects.visible_to(scope).present().filter(project_id__in=list(project_ids))
    counted = found.values("project_id").annotate(many=Count("id"))
    return {row["project_id"]: row["many"] for row in counted}


def _behind(scope: Scope) -> Any:
    return SecretDelivery.objects.visible_to(scope).to_present().not_live()

"""Everything that the trail tells of one thing, under the head of the thing's own page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import Http404

from console.audit.models import AuditEvent
from console.dashboard.readings.audit_places import KINDS, Kind, thing, url
from console.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class History:
    slug: str
    target_type: str
    key: str
    kind: Kind
    thing: models.Model | None
    """None when it is gone; its events stay."""
    may_open: bool

    @property
    def is_open(self) -> bool:
        """Whether the person may open the thing's own page."""
        return self.thing is not None and self.may_open

    def context(self, events: Sequence[AuditEvent]) -> Mapping[str, Any]:
        return {
            "kind": self.kind,
            "type": self.target_type,
            "key": self.key,
            "target": f"{self.target_type}:{self.key}",
            "name": self.kind.name(self.thing) if self.thing else events[0].target_label,
            "thing_url": self.kind.page(self.thing, self.slug) if self.is_open else "",
            "list_url": url(self.kind.list_name, self.slug) if self.may_open else "",
            "tabs_template": self.kind.tabs if self.is_open else "",
            self.kind.word.replace(" ", "_"): self.thing,
        }


def read(*, scope: Scope, slug: str, target_type: str, key: str) -> History:
    """Raises Http404 for a kind that has no pages."""
    kind = KINDS.get(target_type)
    if kind is None:
        raise Http404
    return History(slug, target_type, key, kind, thing(scope, kind, key), scope.allows(kind.permission))

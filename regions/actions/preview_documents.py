"""A preview as plain data: what pages show, the API answers, and a request for approval keeps."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from regions.actions.region_previews import Preview
from regions.changes.data_kept import holds_data
from regions.changes.differing import Change, FieldChange, Verb
from regions.changes.effects import effects

UNTOLD = frozenset({"region", "tags"})
"""Fields that say nothing about a new resource: every one has them alike."""


def document(preview: Preview) -> dict[str, Any]:
    counted = Counter(change.verb.value for change in preview.changes)
    return {
        "digest": preview.digest,
        "counts": {verb.value: counted[verb.value] for verb in Verb} | {"unchanged": preview.unchanged},
        "changes": [_change(preview, change) for change in preview.changes],
        "cost": _cost(preview),
        "permissions": _permissions(preview),
        "checks": [
            {"rule": one.rule.key, "outcome": one.outcome.value, "title": one.title, "detail": one.detail}
            for one in preview.checks
        ],
        "denied": bool(preview.denials),
    }


def _change(preview: Preview, change: Change) -> dict[str, Any]:
    manifest = change.after or change.before
    return {
        "verb": change.verb.value,
        "name": change.name,
        "kind": change.kind,
        "title": change.title,
        "external_name": manifest.external_name if manifest else "",
        "fields": list(_fields(change)),
        "effects": list(effects(change)),
        "monthly": preview.price_of(change),
        "holds_data": holds_data(change.kind),
    }


def _fields(change: Change) -> Iterator[dict[str, Any]]:
    for each in change.fields or tuple(_new(change)):
        yield {"field": each.field, "before": each.before, "after": each.after, "in_place": each.in_place}


def _new(change: Change) -> Iterator[FieldChange]:
    """What a resource that is created will be."""
    if change.verb is Verb.CREATE and change.after:
        for path, value in change.after.for_provider.items():
            if path not in UNTOLD:
                yield FieldChange(path, None, value)


def _cost(preview: Preview) -> dict[str, Any]:
    cost = preview.cost
    return {
        "currency": "USD",
        "before": str(cost.before),
        "after": str(cost.after),
        "difference": str(cost.difference),
        "discount_percent": preview.terms.discount_percent,
        "budget": preview.terms.budget_usd,
        "unknown": list(cost.unknown),
    }


def _permissions(preview: Preview) -> dict[str, Any]:
    return {"needed": [grant.name for grant in preview.grants], "lacking": list(preview.lacking)}

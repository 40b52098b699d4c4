"""The certificate of deletion: gathered from what the operation did and saw, signed with the trail's key."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import Organization
from console.audit import chain
from console.audit.actions import events as audit
from console.audit.actions.signing_keys import Signer, signer
from console.audit.models import AuditLink
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.handlers import handler
from console.operations.models import Operation, Step
from console.operations.outcomes import Done, Outcome
from console.operations.states import StepState
from console.operations.steps import StepContext, StepSpec
from regions.blueprints.keeping import NOTHING, Keeping, kept
from regions.blueprints.manifests import Manifest
from regions.models import DeletionCertificate, Leftover, Region, Resource
from regions.steps.certificate_statement import (
    DELETED,
    NEVER,
    NOT_OURS,
    STAYS,
    Looked,
    Remainder,
    Thing,
    statement,
)

STEP = StepSpec("certificate", "Certificate of deletion", "region.certificate", params={"group": "Region"})
DEPROVISION = "deprovision"


@handler(STEP.handler)
def certify(context: StepContext) -> Outcome:
    scope = context.scope
    with scope.entered():
        regions = Region.objects.visible_to(scope).select_related("connection").select_for_update(of=("self",))
        region = regions.get(id=context.target_id)
        issued = DeletionCertificate.objects.visible_to(scope).of_region(region.id)
        made = issued.filter(operation_id=context.operation_id).first()
        if made is None:
            before = issued.newest_first().first()
            made = _issued(scope, region, context, number=before.number + 1 if before else 1)
    return Done(f"Certificate {made.number} is signed.", facts={"certificate": str(made.id)})


def _issued(scope: Scope, region: Region, context: StepContext, *, number: int) -> DeletionCertificate:
    key, at = signer(), now()
    said = statement(
        head=_head(scope, region, context, key, at) | {"number": number},
        things=tuple(_things(scope, region)),
        left=_remainders(scope, region, gone=False),
        removed=_remainders(scope, region, gone=True),
        looked=_looked(scope, context),
    )
    made: DeletionCertificate = DeletionCertificate.objects.create(
        org_id=scope.org_id, region=region, number=number, operation_id=context.operation_id, issued_at=at,
        statement=said, key_id=key.key_id, signature=key.sign(said),
    )  # fmt: skip
    digest = hashlib.sha256(said.encode()).hexdigest()
    audit.record(scope, "region:deletion-certified", region, number=number, sha256=digest)
    return made


def _head(scope: Scope, region: Region, context: StepContext, key: Signer, at: datetime) -> dict[str, Any]:
    organization = Organization.objects.get(id=scope.org_id)
    last = AuditLink.objects.visible_to(scope).newest_first().first()
    operation = Operation.objects.visible_to(scope).get(id=context.operation_id)
    return {
        "issued_at_utc": chain.utc(at),
        "key_id": str(key.key_id),
        "organization": {"id": str(scope.org_id), "name": organization.name},
        "region": {
            "id": str(region.id),
            "name": region.name,
            "cloud": region.cloud,
            "cloud_region": region.cloud_region,
            "account_id": region.connection.account_id,
            "plan_number": region.plan_number,
        },
        "operation": {"id": str(operation.id), "title": operation.title, "requested_by": operation.requested_by},
        "chosen": choices(scope, region).to_document(),
        "audit": {"seq": last.seq, "hash": bytes(last.hash).hex()} if last else None,
    }


def _departures(scope: Scope, region: Region) -> list[Operation]:
    """The deprovisionings of the region, the first one first: one that was cut short deleted a part."""
    rows = Operation.objects.visible_to(scope).on_target(region.id).of_kind(DEPROVISION)
    return list(rows.order_by("id"))


def choices(scope: Scope, region: Region) -> Keeping:
    """What was kept when the region left."""
    chosen = [each.context["keeping"] for each in _departures(scope, region) if "keeping" in each.context]
    return Keeping.from_document(chosen[-1]) if chosen else NOTHING


def _things(scope: Scope, region: Region) -> Iterator[Thing]:
    rows = list(Resource.objects.visible_to(scope).of_region(region).in_order())
    stays = kept([Manifest(row.manifest) for row in rows], choices(scope, region))
    ids, ends = _history(scope, region)
    for row in rows:
        name, step = row.name, ends.get(row.name)
        outcome = DELETED if name in ids else NEVER
        if step is not None and step.facts.get("foreign"):
            outcome = NOT_OURS
        if name in stays:
            outcome = STAYS if name in ids else NEVER
        at = chain.utc(step.finished_at) if step and step.finished_at and outcome == DELETED else ""
        yield Thing(name, row.kind, row.title, outcome, ids.get(name, ""), at)


def _history(scope: Scope, region: Region) -> tuple[Mapping[str, str], Mapping[str, Step]]:
    """What each resource was called in the cloud, and the step that saw it gone."""
    ids: dict[str, str] = {}
    ends: dict[str, Step] = {}
    for operation in _departures(scope, region):
        ids |= operation.context.get("before", {})
        steps = Step.objects.visible_to(scope).of_operation(operation).filter(state=StepState.SUCCEEDED)
        for step in steps:
            if step.name.startswith("delete-"):
                ends.setdefault(step.name.removeprefix("delete-"), step)
    return ids, ends


def _remainders(scope: Scope, region: Region, *, gone: bool) -> tuple[Remainder, ...]:
    rows = Leftover.objects.visible_to(scope).of_region(region.id).in_order()
    chosen = rows.filter(gone_at__isnull=not gone)
    return tuple(Remainder(row.title, row.external_id, _money(row.monthly)) for row in chosen)


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount)


def _looked(scope: Scope, context: StepContext) -> Looked:
    sweep = Step.objects.visible_to(scope).get(operation_id=context.operation_id, name="sweep")
    at = chain.utc(sweep.finished_at) if sweep.finished_at else ""
    return Looked(at, tuple(sweep.facts.get("looks", ())), tuple(sweep.facts.get("refused", ())))

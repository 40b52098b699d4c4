"""Verifying the chain of an organization: at once while it is short, as an operation when it is long."""

from dataclasses import asdict

from django.db import transaction

from console.audit.actions import events as audit
from console.audit.findings import Verification
from console.audit.models import AuditLink, AuditVerification
from console.audit.readings.verification import check
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.steps import StepSpec

AT_ONCE = 20_000
"""Links that are walked while the person waits: a tenth of a second."""
KIND = "verify-trail"
STEP = StepSpec("verify", "Walk the whole chain", "trail.verify")
COUNTS = ("checked", "last_seq", "purged", "checkpoints", "signed_through", "more")


@transaction.atomic
def verify(*, scope: Scope) -> AuditVerification:
    """Start a verification, or return the one that is going on. Raises Refused."""
    scope.require(Permission.AUDIT_VIEW)
    going = AuditVerification.objects.visible_to(scope).going_on(now()).newest_first().first()
    if going is not None:
        return going
    made = AuditVerification.objects.create(org_id=scope.org_id, asked_by=scope.actor.label)
    newest = AuditLink.objects.visible_to(scope).newest_first().first()
    if newest is None or newest.seq <= AT_ONCE:
        return settle(scope=scope, verification=made, found=check(scope.org_id))
    operation = operations.start(
        scope=scope, kind=KIND, title="Verify the audit trail", target=made, steps=(STEP,)
    )
    made.operation_id = operation.id
    made.save(update_fields=["operation_id"])
    return made


@transaction.atomic
def settle(*, scope: Scope, verification: AuditVerification, found: Verification) -> AuditVerification:
    """Write down what a verification found, once."""
    verification.ended_at = now()
    verification.findings = [_plain(asdict(each)) for each in found.findings]
    for name in COUNTS:
        setattr(verification, name, getattr(found, name))
    verification.save()
    audit.record(
        scope, "trail:verified", verification,
        checked=found.checked, through=found.last_seq, findings=verification.number,
    )  # fmt: skip
    return verification


def _plain(finding: dict[str, object]) -> dict[str, object]:
    return {
        name: value if value is None or isinstance(value, int) else str(value) for name, value in finding.items()
    }

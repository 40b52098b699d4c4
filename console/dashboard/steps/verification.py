"""The one step of an operation that verifies a long chain."""

from console.audit.models import AuditVerification
from console.audit.readings.verification import check
from console.dashboard.actions.verifications import STEP, settle
from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext


@handler(STEP.handler)
def verify(context: StepContext) -> Outcome:
    """Walk the chain flat in memory; a walk that was cut short starts anew, for it changes nothing."""
    with context.scope.entered():
        made = AuditVerification.objects.visible_to(context.scope).get(id=context.target_id)
        if made.ended_at is None:
            made = settle(scope=context.scope, verification=made, found=check(made.org_id))
    return Done(sentence(made))


def sentence(made: AuditVerification) -> str:
    if made.findings:
        places = "place" if made.number == 1 else "places"
        return f"{made.number:,} {places} of the trail do not fit its chain."
    return f"All {made.checked:,} links fit, through link {made.last_seq:,}."

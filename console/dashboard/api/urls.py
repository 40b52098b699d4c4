"""Operations, their steps and the acts on them."""

from django.urls import path

from console.dashboard.api import audit, operations, steps

OPERATION_ACTS = {
    "pause": operations.OperationPause,
    "resume": operations.OperationResume,
    "cancel": operations.OperationCancel,
    "retry": operations.OperationRetry,
}
STEP_ACTS = {
    "retry": steps.StepRetry,
    "retry-from": steps.StepRetryFrom,
    "skip": steps.StepSkip,
    "approve": steps.StepApprove,
    "deny": steps.StepDeny,
}

urlpatterns = [
    path("audit/verify", audit.AuditVerify.as_view(), name="api-audit-verify"),
    path("audit/checkpoints", audit.AuditCheckpoints.as_view(), name="api-audit-checkpoints"),
    path("audit/export", audit.AuditExport.as_view(), name="api-audit-export"),
    path("audit/events", audit.AuditEvents.as_view(), name="api-audit-events"),
    path("audit/events/<uuid:event_id>", audit.AuditEventDetail.as_view(), name="api-audit-event"),
    path("operations", operations.Operations.as_view(), name="api-operations"),
    path("operations/<uuid:operation_id>", operations.OperationDetail.as_view(), name="api-operation"),
    *(
        path(f"operations/<uuid:operation_id>/{act}", view.as_view(), name=f"api-operation-{act}")
        for act, view in OPERATION_ACTS.items()
    ),
    path("operations/<uuid:operation_id>/steps", steps.OperationSteps.as_view(), name="api-steps"),
    path("operations/<uuid:operation_id>/steps/<str:step_name>", steps.StepDetail.as_view(), name="api-step"),
    *(
        path(f"operations/<uuid:operation_id>/steps/<str:step_name>/{act}", view.as_view(), name=f"api-step-{act}")
        for act, view in STEP_ACTS.items()
    ),
]

"""Operations, their steps and the acts on them."""

from django.urls import path

from console.dashboard.api import audit, operations

urlpatterns = [
    path("audit/verify", audit.AuditVerify.as_view(), name="api-audit-verify"),
    path("audit/checkpoints", audit.AuditCheckpoints.as_view(), name="api-audit-checkpoints"),
    path("audit/export", audit.AuditExport.as_view(), name="api-audit-export"),
    path("audit/events", audit.AuditEvents.as_view(), name="api-audit-events"),
    path("audit/events/<uuid:event_id>", audit.AuditEventDetail.as_view(), name="api-audit-event"),
    path("operations", operations.Operations.as_view(), name="api-operations"),
    path("operations/<uuid:operation_id>", operations.OperationDetail.as_view(), name="api-operation"),
    path("operations/<uuid:operation_id>/steps", operations.OperationSteps.as_view(), name="api-steps"),
    path("operations/<uuid:operation_id>/retry", operations.OperationRetry.as_view(), name="api-operation-retry"),
    path(
        "operations/<uuid:operation_id>/cancel", operations.OperationCancel.as_view(), name="api-operation-cancel"
    ),
    path(
        "operations/<uuid:operation_id>/steps/<str:step_name>/retry",
        operations.StepRetry.as_view(),
        name="api-step-retry",
    ),
]

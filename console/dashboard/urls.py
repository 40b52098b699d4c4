"""Pages over all parts of an organization, and what machines ask of the process."""

from django.urls import path

from console.dashboard.views import (
    audit,
    audit_export,
    audit_proof,
    coverage,
    health,
    operations,
    overview,
    residency,
    steps,
)

STEP = "o/<slug:org>/operations/<uuid:operation_id>/steps/<str:step_name>"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.prometheus, name="metrics"),
    path("help/coverage/", coverage.index, name="coverage"),
    path("o/<slug:org>/", overview.index, name="overview"),
    path("o/<slug:org>/operations/", operations.index, name="operations"),
    path("o/<slug:org>/operations/<uuid:operation_id>/", operations.detail, name="operation"),
    path("o/<slug:org>/operations/<uuid:operation_id>/retry", operations.retry_all, name="operation-retry-all"),
    path("o/<slug:org>/operations/<uuid:operation_id>/pause", operations.pause, name="operation-pause"),
    path("o/<slug:org>/operations/<uuid:operation_id>/resume", operations.resume, name="operation-resume"),
    path("o/<slug:org>/operations/<uuid:operation_id>/cancel", operations.cancel, name="operation-cancel"),
    path(f"{STEP}/", steps.detail, name="operation-step"),
    path(f"{STEP}/retry", steps.retry, name="operation-retry"),
    path(f"{STEP}/retry-from", steps.retry_from, name="operation-retry-from"),
    path(f"{STEP}/skip", steps.skip, name="operation-skip"),
    path(f"{STEP}/approve", steps.approve, name="operation-approve"),
    path(f"{STEP}/deny", steps.deny, name="operation-deny"),
    path("o/<slug:org>/settings/data/", residency.index, name="data-residency"),
    path("o/<slug:org>/audit/", audit.index, name="audit"),
    path("o/<slug:org>/audit/verify/", audit_proof.index, name="audit-verify"),
    path("o/<slug:org>/audit/checkpoints/", audit_proof.sign, name="audit-checkpoints"),
    path("o/<slug:org>/audit/checkpoints/<uuid:checkpoint_id>/", audit_proof.checkpoint, name="audit-checkpoint"),
    path("o/<slug:org>/audit/verifier/", audit_proof.verifier, name="audit-verifier"),
    path("o/<slug:org>/audit/retention/", audit_proof.keep, name="audit-retention"),
    path("o/<slug:org>/audit/export/", audit_export.choose, name="audit-export"),
    path("o/<slug:org>/audit/export/<slug:kind>", audit_export.download, name="audit-export-file"),
    path("o/<slug:org>/audit/events/<uuid:event_id>/", audit.event, name="audit-event"),
    path("o/<slug:org>/audit/history/<slug:kind>/<str:key>/", audit.history, name="history"),
]

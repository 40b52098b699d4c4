"""Pages over all parts of an organization, and what machines ask of the process."""

from django.urls import path

from console.dashboard.views import audit, audit_export, health, operations, overview, residency

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.prometheus, name="metrics"),
    path("o/<slug:org>/", overview.index, name="overview"),
    path("o/<slug:org>/operations/", operations.index, name="operations"),
    path("o/<slug:org>/operations/<uuid:operation_id>/", operations.detail, name="operation"),
    path(
        "o/<slug:org>/operations/<uuid:operation_id>/steps/<str:step_name>/retry",
        operations.retry,
        name="operation-retry",
    ),
    path("o/<slug:org>/operations/<uuid:operation_id>/retry", operations.retry_all, name="operation-retry-all"),
    path("o/<slug:org>/operations/<uuid:operation_id>/cancel", operations.cancel, name="operation-cancel"),
    path("o/<slug:org>/settings/data/", residency.index, name="data-residency"),
    path("o/<slug:org>/audit/", audit.index, name="audit"),
    path("o/<slug:org>/audit/export/", audit_export.choose, name="audit-export"),
    path("o/<slug:org>/audit/export/<slug:kind>", audit_export.download, name="audit-export-file"),
    path("o/<slug:org>/audit/events/<uuid:event_id>/", audit.event, name="audit-event"),
    path("o/<slug:org>/audit/history/<slug:kind>/<str:key>/", audit.history, name="history"),
]

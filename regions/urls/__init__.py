"""Pages of regions, under `/o/<org>/`; one module a noun."""

from regions.urls import changes, connections, drift, onboarding, regions

urlpatterns = [
    *regions.urlpatterns,
    *changes.urlpatterns,
    *drift.urlpatterns,
    *onboarding.urlpatterns,
    *connections.urlpatterns,
]

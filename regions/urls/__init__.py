"""Pages of regions, under `/o/<org>/`; one module a noun."""

from regions.urls import changes, connections, onboarding, regions

urlpatterns = [
    *regions.urlpatterns,
    *changes.urlpatterns,
    *onboarding.urlpatterns,
    *connections.urlpatterns,
]

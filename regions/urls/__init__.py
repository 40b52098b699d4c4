"""Pages of regions, under `/o/<org>/`; one module a noun."""

from regions.urls import connections, onboarding, regions

urlpatterns = [*regions.urlpatterns, *onboarding.urlpatterns, *connections.urlpatterns]

"""Pages of regions, under `/o/<org>/`; one module a noun."""

from regions.urls import onboarding

urlpatterns = [*onboarding.urlpatterns]

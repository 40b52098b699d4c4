"""Regions, their resources and the acts on them."""

from django.urls import path

from regions.api import regions

urlpatterns = [
    path("regions", regions.Regions.as_view(), name="api-regions"),
    path("regions/<uuid:region_id>", regions.RegionDetail.as_view(), name="api-region"),
    path("regions/<uuid:region_id>/resources", regions.RegionResources.as_view(), name="api-region-resources"),
    path(
        "regions/<uuid:region_id>/deprovision", regions.RegionDeprovision.as_view(), name="api-region-deprovision"
    ),
    path("regions/<uuid:region_id>/reconcile", regions.RegionReconcile.as_view(), name="api-region-reconcile"),
]

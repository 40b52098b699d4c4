"""Regions, their resources and the acts on them."""

from django.urls import path

from regions.api import changes, regions

urlpatterns = [
    path("regions", regions.Regions.as_view(), name="api-regions"),
    path("regions/<uuid:region_id>", regions.RegionDetail.as_view(), name="api-region"),
    path("regions/<uuid:region_id>/resources", regions.RegionResources.as_view(), name="api-region-resources"),
    path(
        "regions/<uuid:region_id>/deprovision", regions.RegionDeprovision.as_view(), name="api-region-deprovision"
    ),
    path("regions/<uuid:region_id>/reconcile", regions.RegionReconcile.as_view(), name="api-region-reconcile"),
    path("regions/<uuid:region_id>/preview", changes.RegionPreview.as_view(), name="api-region-preview"),
    path("regions/<uuid:region_id>/changes", changes.RegionChanges.as_view(), name="api-region-changes"),
    path(
        "regions/<uuid:region_id>/changes/<uuid:change_id>",
        changes.RegionChangeDetail.as_view(),
        name="api-region-change",
    ),
    path(
        "regions/<uuid:region_id>/changes/<uuid:change_id>/withdraw",
        changes.RegionChangeWithdrawal.as_view(),
        name="api-region-change-withdraw",
    ),
]

"""Regions: list, dashboard, resources, and the acts on them."""

from django.urls import path

from regions.views import departures, human_roles, region_secrets, regions

urlpatterns = [
    path("regions/", regions.index, name="regions"),
    path("regions/<uuid:region_id>/", regions.detail, name="region"),
    path("regions/<uuid:region_id>/resources/", regions.resources, name="region-resources"),
    path("regions/<uuid:region_id>/secrets/", region_secrets.index, name="region-secrets"),
    path(
        "regions/<uuid:region_id>/secrets/rotate-password",
        region_secrets.rotate_password,
        name="region-rotate-password",
    ),
    path("regions/<uuid:region_id>/roles/apply", human_roles.apply, name="region-roles-apply"),
    path("regions/<uuid:region_id>/timing", regions.timing, name="region-timing"),
    path("regions/<uuid:region_id>/approve", regions.approve, name="region-approve"),
    path("regions/<uuid:region_id>/deprovision", departures.deprovision, name="region-deprovision"),
    path("regions/<uuid:region_id>/hold", departures.hold, name="region-hold"),
    path("regions/<uuid:region_id>/hold/lift", departures.lift, name="region-lift-hold"),
    path("regions/<uuid:region_id>/certificate/", departures.certificate, name="region-certificate"),
    path("regions/<uuid:region_id>/certificate.json", departures.download, name="region-certificate-file"),
    path("regions/<uuid:region_id>/leftovers/remove", departures.remove_leftovers, name="region-remove-leftovers"),
    path("regions/<uuid:region_id>/reconcile", regions.reconcile, name="region-reconcile"),
]

"""Regions, connections, and the acts on them."""

from django.urls import path

from regions.api import changes, connections, departures, drift, human_roles, regions

urlpatterns = [
    path("regions", regions.Regions.as_view(), name="api-regions"),
    path("regions/<uuid:region_id>", regions.RegionDetail.as_view(), name="api-region"),
    path("regions/<uuid:region_id>/resources", regions.RegionResources.as_view(), name="api-region-resources"),
    path(
        "regions/<uuid:region_id>/deprovision", regions.RegionDeprovision.as_view(), name="api-region-deprovision"
    ),
    path("regions/<uuid:region_id>/hold", departures.Hold.as_view(), name="api-region-hold"),
    path("regions/<uuid:region_id>/hold/lift", departures.HoldLift.as_view(), name="api-region-hold-lift"),
    path("regions/<uuid:region_id>/leftovers", departures.Leftovers.as_view(), name="api-region-leftovers"),
    path(
        "regions/<uuid:region_id>/leftovers/remove",
        departures.LeftoversRemoval.as_view(),
        name="api-region-leftovers-remove",
    ),
    path(
        "regions/<uuid:region_id>/certificates", departures.Certificates.as_view(), name="api-region-certificates"
    ),
    path(
        "deletion-certificates/verify",
        departures.CertificateVerification.as_view(),
        name="api-deletion-certificate-verify",
    ),
    path("regions/<uuid:region_id>/reconcile", regions.RegionReconcile.as_view(), name="api-region-reconcile"),
    path("regions/<uuid:region_id>/findings", drift.RegionFindings.as_view(), name="api-region-findings"),
    path("regions/<uuid:region_id>/scans", drift.RegionScans.as_view(), name="api-region-scans"),
    path("regions/<uuid:region_id>/drift-policy", drift.RegionWatch.as_view(), name="api-region-drift-policy"),
    path("findings/<uuid:finding_id>", drift.FindingDetail.as_view(), name="api-finding"),
    path("findings/<uuid:finding_id>/revert", drift.FindingRevert.as_view(), name="api-finding-revert"),
    path("findings/<uuid:finding_id>/accept", drift.FindingAccept.as_view(), name="api-finding-accept"),
    path("findings/<uuid:finding_id>/snooze", drift.FindingSnooze.as_view(), name="api-finding-snooze"),
    path("findings/<uuid:finding_id>/wake", drift.FindingWake.as_view(), name="api-finding-wake"),
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
    path("connections", connections.Connections.as_view(), name="api-connections"),
    path("connections/<uuid:connection_id>", connections.ConnectionDetail.as_view(), name="api-connection"),
    path(
        "connections/<uuid:connection_id>/checks",
        connections.ConnectionChecks.as_view(),
        name="api-connection-checks",
    ),
    path(
        "connections/<uuid:connection_id>/verify",
        connections.ConnectionVerify.as_view(),
        name="api-connection-verify",
    ),
    path(
        "connections/<uuid:connection_id>/artefacts/<slug:name>",
        connections.ConnectionArtefact.as_view(),
        name="api-connection-artefact",
    ),
    path(
        "connections/<uuid:connection_id>/roles",
        human_roles.ConnectionRoles.as_view(),
        name="api-connection-roles",
    ),
    path("role-actions", human_roles.RoleCatalogue.as_view(), name="api-role-actions"),
]

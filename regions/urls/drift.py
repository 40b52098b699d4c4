"""Drift of a region, and the acts on what differs."""

from django.urls import path

from regions.views import region_drift as drift

REGION = "regions/<uuid:region_id>/drift/"
FINDING = f"{REGION}findings/<uuid:finding_id>"
RESOURCE = f"{REGION}resources/<slug:name>"

urlpatterns = [
    path(REGION, drift.index, name="region-drift"),
    path(f"{REGION}policy", drift.policy, name="region-drift-policy"),
    path(f"{REGION}revert", drift.revert, name="region-drift-revert"),
    path(FINDING, drift.finding, name="region-finding"),
    path(f"{FINDING}/accept", drift.accept, name="region-finding-accept"),
    path(f"{FINDING}/snooze", drift.snooze, name="region-finding-snooze"),
    path(f"{FINDING}/wake", drift.wake, name="region-finding-wake"),
    path(f"{RESOURCE}/pause", drift.pause, name="region-resource-pause"),
    path(f"{RESOURCE}/resume", drift.resume, name="region-resource-resume"),
]

"""Changes of a region: what a plan version would do, the request for it, its approval."""

from django.urls import path

from regions.views import region_changes

ALL = "regions/<uuid:region_id>/changes/"
PLAN = f"{ALL}plan/<int:number>/"
ONE = f"{ALL}<uuid:change_id>/"

urlpatterns = [
    path(ALL, region_changes.index, name="region-changes"),
    path(f"{ALL}new/", region_changes.create, name="region-change-new"),
    path(PLAN, region_changes.preview, name="region-change-preview"),
    path(f"{PLAN}ask", region_changes.ask, name="region-change-ask"),
    path(ONE, region_changes.detail, name="region-change"),
    path(f"{ONE}approve", region_changes.approve, name="region-change-approve"),
    path(f"{ONE}deny", region_changes.deny, name="region-change-deny"),
    path(f"{ONE}withdraw", region_changes.withdraw, name="region-change-withdraw"),
]

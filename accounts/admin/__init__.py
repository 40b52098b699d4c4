"""What vendor staff see of organizations and engagements."""

from django.contrib import admin

from accounts.models import Engagement, Organization
from console.web.vendor_admin import ReadOnlyAdmin


@admin.register(Organization)
class OrganizationAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "created_at")
    search_fields = ("name", "slug")


@admin.register(Engagement)
class EngagementAdmin(ReadOnlyAdmin):
    list_display = ("user", "org_id", "reason", "granted_by", "starts_at", "ends_at", "revoked_at")
    list_select_related = ("user",)

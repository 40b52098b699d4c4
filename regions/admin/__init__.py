"""What vendor staff see of onboardings and regions."""

from django.contrib import admin

from console.web.vendor_admin import ReadOnlyAdmin
from regions.models import Onboarding, Region


@admin.register(Onboarding)
class OnboardingAdmin(ReadOnlyAdmin):
    list_display = ("name", "org_id", "state", "started_by", "created_at")
    list_filter = ("state",)


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    list_display = ("name", "org_id", "cloud_region", "environment", "state", "health", "created_at")
    list_filter = ("state", "health", "cloud_region")
    exclude = ("spec",)

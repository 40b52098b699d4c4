"""What vendor staff see of operations."""

from django.contrib import admin

from console.operations.models import Operation
from console.web.vendor_admin import ReadOnlyAdmin


@admin.register(Operation)
class OperationAdmin(ReadOnlyAdmin):
    list_display = ("title", "org_id", "kind", "target_label", "state", "reason", "requested_by", "created_at")
    list_filter = ("state", "kind")
    exclude = ("context",)

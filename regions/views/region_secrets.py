"""What a region has of secrets: its key, its deliveries, the master password of its database."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access.scoped import scoped
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to
from console.web.pagination import paginate
from regions.actions import database_passwords
from regions.models import Region, Resource
from regions.views import region_secret_readings as readings
from secrets_app.models import SecretDelivery


@require_safe
@scoped(Permission.SECRET_VIEW)
def index(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    region = get_object_or_404(Region.objects.visible_to(scope), id=region_id)
    recipient = readings.recipient_of(scope, region)
    rows = SecretDelivery.objects.visible_to(scope).to_region(region.id).with_secret().with_recipient()
    found = paginate(request, rows, order="id")
    context = {
        "region": region,
        "recipient": recipient,
        "page": found,
        "rows": readings.rows(found.items),
        "database": Resource.objects.visible_to(scope).of_region(region).databases().first(),
        "may_manage": scope.allows(Permission.SECRET_MANAGE),
    }
    return page(request, "regions/regions/secrets.html", context)


@require_POST
@scoped(Permission.SECRET_MANAGE)
def rotate_password(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    region = get_object_or_404(Region.objects.visible_to(scope).with_connection(), id=region_id)
    operation = database_passwords.rotate(scope=scope, region=region)
    return redirect_to(
        request, reverse("operation", kwargs={"org": request.organization.slug, "operation_id": operation.id})
    )

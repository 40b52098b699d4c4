"""What the pages of certificates are given."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest
from secrets_app.readings import certificate_details as details
from secrets_app.readings.certificate_tree import Drawing, Links, lives, of_public_apis
from secrets_app.readings.certificates import DAYS, Inventory
from secrets_app.readings.public_apis import public_apis


def inventory_context(request: HtmxRequest, scope: Scope, found: Inventory) -> dict[str, Any]:
    slug = request.organization.slug
    links, public = links_of(slug), public_apis(scope=scope)
    selected = _selected(request, scope, found)
    drawing = Drawing(found, links, selected.certificate.id if selected else None)
    return {
        "inventory": found,
        "groups": drawing.groups(),
        "selected": selected,
        "lives": lives(found, links, lambda key: _page(slug, key), of_public_apis(public)),
        "days": DAYS,
        "public": public,
        "may_manage": scope.allows(Permission.CERTIFICATE_MANAGE),
        "may_control": scope.allows(Permission.OPERATION_CONTROL),
    }


def links_of(slug: str) -> Links:
    index = reverse("certificates", kwargs={"org": slug})
    return Links(
        select=lambda key: f"{index}?on={key}#tree",
        listing=reverse("certificate-list", kwargs={"org": slug}),
        region=lambda key: reverse("region", kwargs={"org": slug, "region_id": key}),
    )


def _page(slug: str, key: UUID) -> str:
    return reverse("certificate", kwargs={"org": slug, "certificate_id": key})


def _selected(request: HttpRequest, scope: Scope, found: Inventory) -> details.Detail | None:
    """What `on` names, else the first region's authority, else the first root."""
    asked = _uuid(request.GET.get("on", ""))
    known = [*(row.id for row in found.intermediates), *(each.certificate_id for each in found.authorities)]
    chosen = asked if asked in known else next(iter(known), None)
    certificate = details.find(scope=scope, certificate_id=chosen) if chosen else None
    return details.read(scope=scope, certificate=certificate) if certificate else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

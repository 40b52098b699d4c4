"""Pages of connections: list, one connection with its grid, the template, and what can be done with it."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access.scoped import scoped
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to, toast
from console.web.pagination import paginate
from regions.actions import connections
from regions.forms.connections import RevokeForm
from regions.models import Connection
from regions.permissions.artefacts import ARTEFACTS, CLOUDFORMATION
from regions.views import connection_readings as readings

GRID = "permissions"


@require_safe
@scoped(Permission.CONNECTION_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    page_of = paginate(request, Connection.objects.visible_to(scope).with_region_count(), order="-id")
    return page(request, "regions/connections/list.html", {"page": page_of})


@require_safe
@scoped(Permission.CONNECTION_VIEW)
def detail(request: HtmxRequest, scope: Scope, connection_id: UUID) -> HttpResponse:
    """`?cell=role.service.verb` opens a cell of the grid; htmx asks for the grid alone by its id."""
    connection = connections.get(scope=scope, connection_id=connection_id)
    reading = readings.read(scope=scope, connection=connection, wanted_cell=request.GET.get("cell", ""))
    context = {"connection": connection, "reading": reading}
    if request.htmx.target == GRID:
        return page(request, "regions/connections/permissions.html", context)
    return page(request, "regions/connections/detail.html", context, partial="connection")


@require_safe
@scoped(Permission.CONNECTION_VIEW)
def template(request: HtmxRequest, scope: Scope, connection_id: UUID) -> HttpResponse:
    """The CloudFormation template."""
    return _file(request, connections.get(scope=scope, connection_id=connection_id), CLOUDFORMATION.name)


@require_safe
@scoped(Permission.CONNECTION_VIEW)
def artefact(request: HtmxRequest, scope: Scope, connection_id: UUID, name: str) -> HttpResponse:
    """What makes the role in one of the ways there are."""
    return _file(request, connections.get(scope=scope, connection_id=connection_id), name)


def _file(request: HtmxRequest, connection: Connection, name: str) -> HttpResponse:
    """To read with `?show`, else to keep."""
    file, text = connections.artefact_of(connection, name)
    shown = "show" in request.GET
    kind = "text/plain" if shown else ARTEFACTS[name].media_type
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'{"inline" if shown else "attachment"}; filename="{file}"'
    return response


@require_POST
@scoped(Permission.CONNECTION_MANAGE)
def verify(request: HtmxRequest, scope: Scope, connection_id: UUID) -> HttpResponse:
    connection = connections.get(scope=scope, connection_id=connection_id)
    connections.verify(scope=scope, connection=connection)
    return redirect_to(request, _url(request, connection))


@require_POST
@scoped(Permission.CONNECTION_MANAGE)
def publish(request: HtmxRequest, scope: Scope, connection_id: UUID) -> HttpResponse:
    connection = connections.get(scope=scope, connection_id=connection_id)
    connections.publish(scope=scope, connection=connection)
    return redirect_to(request, _url(request, connection))


@require_POST
@scoped(Permission.CONNECTION_MANAGE)
def revoke(request: HtmxRequest, scope: Scope, connection_id: UUID) -> HttpResponse:
    connection = connections.get(scope=scope, connection_id=connection_id)
    form = RevokeForm(request.POST)
    typed = form.cleaned_data["typed"] if form.is_valid() else ""
    connections.revoke(scope=scope, connection=connection, typed=typed)
    toast(request, f"{connection.name} is revoked.")
    return redirect_to(request, _url(request, connection))


@require_POST
@scoped(Permission.CONNECTION_MANAGE)
def departure(request: HtmxRequest, scope: Scope, connection_id: UUID) -> HttpResponse:
    """See that the customer has deleted the role."""
    connection = connections.get(scope=scope, connection_id=connection_id)
    connections.verify_role_gone(scope=scope, connection=connection)
    return redirect_to(request, _url(request, connection))


def _url(request: HtmxRequest, connection: Connection) -> str:
    return reverse("connection", kwargs={"org": request.organization.slug, "connection_id": connection.id})

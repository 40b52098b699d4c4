"""Pages of the roles for people: what they are, a change shown before it is made, and its saving."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.scoped import scoped
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to, toast
from regions.actions import bundles, connections, human_roles, region_roles, regions
from regions.forms.human_roles import RemovalsForm, SaveForm, UseCaseForm
from regions.models import Connection
from regions.permissions.human_roles import difference, problems
from regions.permissions.tailoring import with_removals, with_role, without_role
from regions.questionnaire import codec
from regions.spec import Tailoring
from regions.views import human_role_readings as readings


@require_safe
@scoped(Permission.CONNECTION_VIEW)
def index(request: HtmxRequest, scope: Scope, connection_id: UUID) -> HttpResponse:
    connection = connections.get(scope=scope, connection_id=connection_id)
    reading = readings.read(scope=scope, connection=connection)
    return page(request, "regions/roles/list.html", {"connection": connection, "reading": reading})


@require_http_methods(["GET", "POST"])
@scoped(Permission.CONNECTION_MANAGE)
def removals(request: HtmxRequest, scope: Scope, connection_id: UUID) -> HttpResponse:
    connection = connections.get(scope=scope, connection_id=connection_id)
    before = bundles.tailoring(scope=scope, connection=connection)
    form = RemovalsForm(request.POST) if request.method == "POST" else RemovalsForm.of(before)
    if form.is_bound and form.is_valid():
        return _preview(request, scope, connection, with_removals(before, form.removed()))
    return page(request, "regions/roles/removals.html", {"connection": connection, "form": form})


@require_http_methods(["GET", "POST"])
@scoped(Permission.CONNECTION_MANAGE)
def use_case(request: HtmxRequest, scope: Scope, connection_id: UUID) -> HttpResponse:
    """A role of the customer's own; `?role=NAME` changes one that is there."""
    connection = connections.get(scope=scope, connection_id=connection_id)
    before, name = bundles.tailoring(scope=scope, connection=connection), request.GET.get("role", "")
    known = next((one for one in before.added if one.name == name), None)
    form = (
        UseCaseForm(request.POST)
        if request.method == "POST"
        else UseCaseForm.of(known)
        if known
        else UseCaseForm()
    )
    if form.is_bound and form.is_valid():
        return _preview(request, scope, connection, with_role(before, form.role(), instead_of=name))
    context = {"connection": connection, "form": form, "known": known, "groups": _groups(form)}
    return page(request, "regions/roles/use_case.html", context, status=422 if form.errors else 200)


def _groups(form: UseCaseForm) -> tuple[readings.ActionGroup, ...]:
    return readings.action_groups(form["actions"].value() or ())


@require_POST
@scoped(Permission.CONNECTION_MANAGE)
def drop(request: HtmxRequest, scope: Scope, connection_id: UUID) -> HttpResponse:
    connection = connections.get(scope=scope, connection_id=connection_id)
    before = bundles.tailoring(scope=scope, connection=connection)
    return _preview(request, scope, connection, without_role(before, request.POST.get("role", "")))


def _preview(request: HtmxRequest, scope: Scope, connection: Connection, after: Tailoring) -> HttpResponse:
    """What would change, with what is wrong about it; nothing is kept until it is saved."""
    newest = bundles.newest(scope=scope, connection=connection)
    form = SaveForm.of(codec.to_document(after), newest.number if newest else 0)
    return _shown(request, connection, bundles.tailoring_of(newest), after, form)


def _shown(
    request: HtmxRequest, connection: Connection, before: Tailoring, after: Tailoring, form: SaveForm
) -> HttpResponse:
    found = problems(after)
    context = {
        "connection": connection,
        "changes": difference(before, after),
        "problems": found,
        "form": form,
        "title": f"Version {int(form['base'].value() or 0) + 1} of the roles",
    }
    return page(request, "regions/roles/preview.html", context, status=422 if found or form.errors else 200)


@require_POST
@scoped(Permission.CONNECTION_MANAGE)
def save(request: HtmxRequest, scope: Scope, connection_id: UUID) -> HttpResponse:
    connection = connections.get(scope=scope, connection_id=connection_id)
    form = SaveForm(request.POST)
    if form.is_valid() and (saved := _saved(scope, connection, form)):
        toast(request, f"Version {saved} is saved. Verify the connection with it.")
        return redirect_to(request, _url(request, connection))
    before = bundles.tailoring(scope=scope, connection=connection)
    after = human_roles.read(form.cleaned_data.get("tailoring") or {})
    return _shown(request, connection, before, after, form)


def _saved(scope: Scope, connection: Connection, form: SaveForm) -> int | None:
    """The number of the new version; None where it is refused, and the form says why."""
    given = form.cleaned_data
    try:
        version = human_roles.change(
            scope=scope,
            connection=connection,
            tailoring=human_roles.read(given["tailoring"]),
            base=given["base"],
            reason=given["reason"],
        )
    except ConsoleError as error:
        form.add_error(None, str(error))
        return None
    return version.number


@require_POST
@scoped(Permission.REGION_APPROVE)
def apply(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    """Bring a region's roles to what its connection was verified with."""
    region = regions.get(scope=scope, region_id=region_id)
    operation = region_roles.apply(scope=scope, region=region)
    toast(request, f"The roles of {region.name} are being changed.")
    place = {"org": request.organization.slug, "operation_id": operation.id}
    return redirect_to(request, reverse("operation", kwargs=place))


def _url(request: HtmxRequest, connection: Connection) -> str:
    return reverse("connection-roles", kwargs={"org": request.organization.slug, "connection_id": connection.id})

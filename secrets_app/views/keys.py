"""Pages of an organization's keys."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.scoped import scoped
from console.encryption import keyring
from console.encryption.models import Rotation
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.models import Operation
from console.web.pages import HtmxRequest, page, redirect_to, toast
from console.web.pagination import paginate
from secrets_app.actions import key_roots, keys
from secrets_app.forms.keys import BY_HAND, CompromisedForm, PaceForm, RootForm, ScheduleForm
from secrets_app.readings import keys as readings


@require_safe
@scoped(Permission.KEY_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    return page(request, "keys/list.html", {"reading": readings.read(scope=scope)}, partial="keys")


@require_safe
@scoped(Permission.KEY_VIEW)
def rotations(request: HtmxRequest, scope: Scope) -> HttpResponse:
    rows = paginate(request, Rotation.objects.visible_to(scope), order="-id")
    return page(request, "keys/rotations.html", {"page": rows, "first": str(scope.org_id)})


@require_POST
@scoped(Permission.KEY_MANAGE)
def rotate(request: HtmxRequest, scope: Scope) -> HttpResponse:
    keys.rotate(scope=scope)
    toast(request, "The rotation has started.")
    return redirect_to(request, _index(request))


@require_POST
@scoped(Permission.KEY_MANAGE)
def compromised(request: HtmxRequest, scope: Scope) -> HttpResponse:
    form = CompromisedForm(request.POST)
    form.is_valid()
    operation = keys.rotate(scope=scope, compromised=True, typed=form.cleaned_data.get("typed", ""))
    toast(request, "Every value is being encrypted anew.")
    return redirect_to(request, _operation(request, operation))


@require_POST
@scoped(Permission.KEY_MANAGE)
def pace(request: HtmxRequest, scope: Scope) -> HttpResponse:
    form = PaceForm(request.POST)
    if form.is_valid():
        keys.pace(scope=scope, **form.asked())
    return redirect_to(request, _index(request))


@require_POST
@scoped(Permission.KEY_VIEW)
def verify(request: HtmxRequest, scope: Scope) -> HttpResponse:
    total, old = keys.verify(scope=scope)
    toast(request, f"{old:,} of {total:,} data keys on old versions.")
    return redirect_to(request, _index(request))


@require_POST
@scoped(Permission.KEY_MANAGE)
def rehearse(request: HtmxRequest, scope: Scope) -> HttpResponse:
    key_roots.rehearse(scope=scope)
    toast(request, "A worker forgets its keys and asks for them again.")
    return redirect_to(request, f"{_index(request)}#rehearsal")


@require_http_methods(["GET", "POST"])
@scoped(Permission.KEY_MANAGE)
def schedule(request: HtmxRequest, scope: Scope) -> HttpResponse:
    policy = keys.policy_of(scope)
    known = {"rotate_days": str(policy.rotate_days or BY_HAND), "hold_days": policy.hold_days}
    form = ScheduleForm(request.POST or None, initial=known)
    if form.is_valid():
        try:
            keys.settle(scope=scope, **form.asked())
        except ConsoleError as error:
            form.add_error(error.field or None, str(error))
        else:
            toast(request, "Saved.")
            return redirect_to(request, _index(request))
    return page(request, "keys/schedule.html", {"form": form}, partial="form", status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@scoped(Permission.KEY_MANAGE)
def root(request: HtmxRequest, scope: Scope) -> HttpResponse:
    in_use = readings.root_of(keyring.keyring(str(scope.org_id)))
    form = RootForm(request.POST or None, initial={"arn": in_use.arn})
    if form.is_valid():
        try:
            operation = key_roots.move(scope=scope, **form.cleaned_data)
        except ConsoleError as error:
            form.add_error(error.field or None, str(error))
        else:
            return redirect_to(request, _operation(request, operation))
    context = {"form": form, "root": in_use, "minutes": readings.CACHED_MINUTES}
    return page(request, "keys/root.html", context, partial="form", status=422 if form.errors else 200)


def _index(request: HtmxRequest) -> str:
    return reverse("keys", kwargs={"org": request.organization.slug})


def _operation(request: HtmxRequest, operation: Operation) -> str:
    return reverse("operation", kwargs={"org": request.organization.slug, "operation_id": operation.id})

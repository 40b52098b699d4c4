"""Values: a secret is made, gets versions, is compared, rolled back, revealed."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.scoped import scoped
from console.kernel.errors import ConsoleError, NotFound
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page
from secrets_app.actions import secret_upkeep, secrets
from secrets_app.forms import secret_entry
from secrets_app.forms.secrets import RevealForm
from secrets_app.models import Kind, SecretVersion
from secrets_app.readings import secret as reading
from secrets_app.readings.values import shown_value
from secrets_app.views.secrets import to_secret

REVEAL_SECONDS = 60


@require_safe
@scoped(Permission.SECRET_MANAGE)
def choose(request: HtmxRequest, scope: Scope) -> HttpResponse:  # noqa: ARG001  every view takes its scope
    return page(request, "secrets/choose.html", {"kinds": secret_entry.KIND_CARDS})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@scoped(Permission.SECRET_MANAGE)
def create(request: HtmxRequest, scope: Scope, kind: str) -> HttpResponse:
    if kind not in Kind.values:
        raise NotFound("There is no such kind of secret.", todo="Choose one of the kinds.")
    entry = secret_entry.new(scope, kind, request)
    if entry.is_valid():
        try:
            secret = entry.create(scope)
        except ConsoleError as error:
            entry.refuse(error)
        else:
            return to_secret(request, secret, f"{secret.name} is saved; regions get it now.")
    return page(request, "secrets/create.html", entry.context(), status=422 if entry.errors else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@scoped(Permission.SECRET_MANAGE)
def add(request: HtmxRequest, scope: Scope, secret_id: UUID, *, rotating: bool = False) -> HttpResponse:
    """The next version: some values replaced, or all of them rotated."""
    secret = secrets.get(scope=scope, secret_id=secret_id)
    entry = secret_entry.next_version(scope, secret, request, rotating=rotating)
    if entry.is_valid():
        try:
            version = entry.save(scope)
        except ConsoleError as error:
            entry.refuse(error)
        else:
            return to_secret(request, secret, f"Version {version.number} is saved; regions get it now.")
    return page(request, "secrets/version.html", entry.context(), status=422 if entry.errors else 200)


@require_POST
@scoped(Permission.SECRET_MANAGE)
def roll_back(request: HtmxRequest, scope: Scope, secret_id: UUID, number: int) -> HttpResponse:
    secret = secrets.get(scope=scope, secret_id=secret_id)
    version = secrets.roll_back(scope=scope, secret=secret, number=number)
    return to_secret(request, secret, f"Version {version.number} has the values of version {number}.")


@require_POST
@scoped(Permission.SECRET_MANAGE)
def end(request: HtmxRequest, scope: Scope, secret_id: UUID, number: int) -> HttpResponse:
    secret = secrets.get(scope=scope, secret_id=secret_id)
    secret_upkeep.end_version(scope=scope, secret=secret, number=number)
    return to_secret(request, secret, f"The value of version {number} is destroyed.")


@require_safe
@scoped(Permission.SECRET_VIEW)
def compare(request: HtmxRequest, scope: Scope, secret_id: UUID) -> HttpResponse:
    secret = secrets.get(scope=scope, secret_id=secret_id)
    older, newer = (_number(request.GET.get(name, "")) for name in ("older", "newer"))
    older, newer = older or max(secret.current_version - 1, 1), newer or secret.current_version
    numbers = list(SecretVersion.objects.visible_to(scope).of(secret.pk).numbers())
    context = reading.comparison(scope=scope, secret=secret, older=older, newer=newer)
    return page(request, "secrets/compare.html", {"secret": secret, "numbers": numbers, **context})


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@never_cache
@require_POST
@scoped(Permission.SECRET_REVEAL)
def reveal(request: HtmxRequest, scope: Scope, secret_id: UUID) -> HttpResponse:
    """Show one value once, to a person who showed the second factor and says why; nothing keeps it."""
    secret = secrets.get(scope=scope, secret_id=secret_id)
    form = RevealForm(request.POST, keys=reading.keys_of(scope=scope, secret=secret))
    context = {"secret": secret, "form": form, "seconds": REVEAL_SECONDS}
    if form.is_valid():
        try:
            value = secrets.reveal(scope=scope, secret=secret, **form.cleaned_data)
        except ConsoleError as error:
            form.add_error(error.field or None, str(error))
        else:
            context["shown"] = shown_value(form.cleaned_data["key"], value)
    response = page(request, "secrets/reveal.html", context, partial="reveal", status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response

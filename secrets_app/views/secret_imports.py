"""Import of `.env` files and JSON: a preview by key names, then the secret."""

from django.http import HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access.scoped import scoped
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page
from secrets_app.actions import secret_imports
from secrets_app.forms.secret_entry import projects_of
from secrets_app.forms.secrets import ImportForm
from secrets_app.views.secrets import to_secret


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@scoped(Permission.SECRET_MANAGE)
def bring(request: HtmxRequest, scope: Scope) -> HttpResponse:
    sent = request.method == "POST"
    form = ImportForm(request.POST if sent else None, request.FILES or None, projects=projects_of(scope))
    if form.is_valid():
        try:
            secret = secret_imports.bring(scope=scope, raw=form.raw(), **form.place())
        except ConsoleError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return to_secret(request, secret, f"{secret.name} is saved; regions get it now.")
    return page(request, "secrets/import.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters()
@require_POST
@scoped(Permission.SECRET_MANAGE)
def preview(request: HtmxRequest, scope: Scope) -> HttpResponse:
    """The keys that an import would bring, against the secret of that name; values stay out of the answer."""
    form = ImportForm(request.POST, request.FILES or None, projects=projects_of(scope))
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        try:
            context["preview"] = secret_imports.preview(scope=scope, raw=form.raw(), **form.place())
        except ConsoleError as error:
            context["trouble"] = str(error)
    return page(request, "secrets/import.html", context, partial="preview")

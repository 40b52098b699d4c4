"""The page of an organization's keys."""

from accounts.access.scoped import scoped
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page
from secrets_app.readings import keyrings


@require_safe
@scoped(Permission.KEY_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    return page(request, "keys/list.html", {"versions": keyrings.versions(scope=scope)})

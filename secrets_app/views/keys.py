"""The page of an organization's keys."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.access.scoped import scoped
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page
from secrets_app.readings import keyrings


@require_safe
@scoped(Permission.KEY_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    versions = keyrings.versions(scope=scope)
    stored = sum(version.values for version in versions)
    return page(request, "keys/list.html", {"versions": versions, "stored": stored})

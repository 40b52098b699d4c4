"""What the technical overview promises, and what keeps each promise."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.access.scoped import visiting
from console.dashboard import coverage
from console.dashboard.readings import coverage as readings
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page


@require_safe
@visiting
def index(request: HtmxRequest, scope: Scope | None) -> HttpResponse:
    slug = request.organization.slug if scope else ""
    state = readings.state_of(request.GET.get("state", ""))
    context = {
        "parts": readings.parts(scope=scope, slug=slug, state=state),
        "choices": readings.choices(slug=slug, chosen=state),
        "shares": readings.shares(),
        "state": state,
        "total": len(coverage.promises()),
    }
    return page(request, "help/coverage.html", context)

"""The questionnaire's pages: list, start, section by section, review, history."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.scoped import scoped
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import page, redirect_to, toast, wants_fragment
from console.web.pagination import paginate
from regions.actions import onboardings, region_plans
from regions.forms.onboardings import SectionPost, StartForm, choices_of
from regions.models import Answer, Onboarding
from regions.questionnaire.catalog import SECTIONS
from regions.questionnaire.questions import Section
from regions.views import onboarding_pages as pages


def slug_of(request: HttpRequest) -> str:
    """The organization's slug, from the URL."""
    match = request.resolver_match
    return str(match.kwargs["org"]) if match else ""


@require_GET
@scoped(Permission.ONBOARDING_VIEW)
def index(request: HttpRequest, scope: Scope) -> HttpResponse:
    rows = paginate(request, Onboarding.objects.visible_to(scope).with_progress())
    context = {
        "page": rows,
        "org": slug_of(request),
        "may_answer": scope.allows(Permission.ONBOARDING_ANSWER),
    }
    return page(request, "regions/onboarding/list.html", context)


@require_http_methods(["GET", "POST"])
@scoped(Permission.ONBOARDING_ANSWER)
def create(request: HttpRequest, scope: Scope) -> HttpResponse:
    names = {str(row.pk): row.name for row in Onboarding.objects.visible_to(scope).newest_first()[:50]}
    form = StartForm(request.POST or None, sources=choices_of(names))
    if form.is_valid():
        try:
            started = onboardings.start(scope=scope, **form.cleaned_data)
        except ConsoleError as error:
            form.add_error(error.field or None, str(error))
        else:
            return redirect_to(request, _resume_url(request, started))
    context = {"form": form, "org": slug_of(request), "section_count": len(SECTIONS)}
    return page(request, "regions/onboarding/create.html", context, status=422 if form.errors else 200)


def _resume_url(request: HttpRequest, onboarding: Onboarding) -> str:
    return reverse("onboarding-detail", kwargs={"org": slug_of(request), "onboarding_id": onboarding.pk})


@require_GET
@scoped(Permission.ONBOARDING_VIEW)
def resume(request: HttpRequest, scope: Scope, onboarding_id: UUID) -> HttpResponse:
    """Go to the first section that is open, or to the review."""
    sheet, org = onboardings.sheet(scope=scope, onboarding_id=onboarding_id), slug_of(request)
    open_section = pages.first_open(sheet)
    if open_section is None:
        return redirect_to(request, pages.url("onboarding-review", org, sheet))
    return redirect_to(request, pages.section_url(org, sheet, open_section))


@require_http_methods(["GET", "POST"])
@scoped(Permission.ONBOARDING_VIEW)
def section(request: HttpRequest, scope: Scope, onboarding_id: UUID, section: str) -> HttpResponse:
    chosen = onboardings.section_of(section)
    if request.method == "POST":
        return _save(request, scope, onboarding_id, chosen)
    return _show(request, scope, onboardings.sheet(scope=scope, onboarding_id=onboarding_id), chosen)


def _save(request: HttpRequest, scope: Scope, onboarding_id: UUID, chosen: Section) -> HttpResponse:
    """Keep everything; go on when the section is right, show it again when it is not."""
    sent = SectionPost(request.POST, chosen)
    going_on = not (wants_fragment(request) or sent.stays)
    sheet = onboardings.answer(
        scope=scope,
        onboarding_id=onboarding_id,
        typed=sent.typed,
        reasons=sent.reasons,
        as_one_goes=not going_on,
    )
    if not going_on:
        return _show(request, scope, sheet, chosen)
    if sheet.problems_of(chosen, untouched=True):
        return _show(request, scope, sheet, chosen, untouched=True)
    return redirect_to(request, pages.next_url(slug_of(request), sheet, chosen))


def _show(
    request: HttpRequest, scope: Scope, sheet: onboardings.Sheet, chosen: Section, *, untouched: bool = False
) -> HttpResponse:
    context = pages.section_context(scope, slug_of(request), sheet, chosen, untouched=untouched)
    status = 422 if untouched else 200
    return page(request, "regions/onboarding/section.html", context, partial="questionnaire", status=status)


@require_GET
@scoped(Permission.ONBOARDING_VIEW)
def review(request: HttpRequest, scope: Scope, onboarding_id: UUID) -> HttpResponse:
    sheet = onboardings.sheet(scope=scope, onboarding_id=onboarding_id)
    return page(request, "regions/onboarding/review.html", pages.review_context(scope, slug_of(request), sheet))


@require_GET
@scoped(Permission.ONBOARDING_VIEW)
def history(request: HttpRequest, scope: Scope, onboarding_id: UUID) -> HttpResponse:
    """Who answered what, and when."""
    onboarding = onboardings.get(scope=scope, onboarding_id=onboarding_id)
    rows = paginate(request, Answer.objects.visible_to(scope).of(onboarding))
    context: dict[str, Any] = {
        "org": slug_of(request),
        "onboarding": onboarding,
        "page": rows,
        "rows": [pages.told(row) for row in rows.items],
    }
    return page(request, "regions/onboarding/history.html", context)


@require_POST
@scoped(Permission.ONBOARDING_ANSWER)
def compile_plan(request: HttpRequest, scope: Scope, onboarding_id: UUID) -> HttpResponse:
    version = region_plans.compile_plan(scope=scope, onboarding_id=onboarding_id)
    toast(request, f"Version {version.number} of the plan says what the answers say.")
    kwargs = {"org": slug_of(request), "onboarding_id": onboarding_id, "number": version.number}
    return redirect_to(request, reverse("onboarding-plan", kwargs=kwargs))

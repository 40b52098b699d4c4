"""The page of one step, and what a person decides there."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access.scoped import scoped
from console.dashboard.forms.steps import DecisionForm, SkipForm
from console.dashboard.readings import steps as readings
from console.dashboard.views.operations import page_of
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions import decisions, retries
from console.operations.models import Operation, Step
from console.web.pages import HtmxRequest, page, redirect_to, toast


@require_safe
@scoped(Permission.OPERATION_VIEW)
def detail(request: HtmxRequest, scope: Scope, operation_id: UUID, step_name: str) -> HttpResponse:
    return _shown(request, scope, _step(scope, operation_id, step_name), {})


@require_POST
@scoped(Permission.OPERATION_CONTROL)
def retry(request: HtmxRequest, scope: Scope, operation_id: UUID, step_name: str) -> HttpResponse:
    step = _step(scope, operation_id, step_name)
    retries.retry(scope=scope, step=step)
    toast(request, f"{step.title} is tried again.")
    return redirect_to(request, page_of(request, operation_id))


@require_POST
@scoped(Permission.OPERATION_CONTROL)
def retry_from(request: HtmxRequest, scope: Scope, operation_id: UUID, step_name: str) -> HttpResponse:
    step = _step(scope, operation_id, step_name)
    retries.retry_from(scope=scope, step=step)
    toast(request, f"Everything from {step.title} on runs again.")
    return redirect_to(request, page_of(request, operation_id))


@require_POST
@scoped(Permission.OPERATION_CONTROL)
def skip(request: HtmxRequest, scope: Scope, operation_id: UUID, step_name: str) -> HttpResponse:
    step, form = _step(scope, operation_id, step_name), SkipForm(request.POST)
    return _decided(request, scope, step, form, decisions.skip, "skipped")


@require_POST
@scoped(Permission.OPERATION_APPROVE)
def approve(request: HtmxRequest, scope: Scope, operation_id: UUID, step_name: str) -> HttpResponse:
    step, form = _step(scope, operation_id, step_name), DecisionForm(request.POST)
    return _decided(request, scope, step, form, decisions.approve, "approved")


@require_POST
@scoped(Permission.OPERATION_APPROVE)
def deny(request: HtmxRequest, scope: Scope, operation_id: UUID, step_name: str) -> HttpResponse:
    step, form = _step(scope, operation_id, step_name), DecisionForm(request.POST)
    return _decided(request, scope, step, form, decisions.deny, "denied")


def _decided(
    request: HtmxRequest, scope: Scope, step: Step, form: forms.Form, act: Callable[..., Operation], done: str
) -> HttpResponse:
    if not form.is_valid():
        return _shown(request, scope, step, {f"{done}_form": form}, status=422)
    act(scope=scope, step=step, **form.cleaned_data)
    toast(request, f"{step.title} is {done}.")
    return redirect_to(request, _url_of(request, step))


def _step(scope: Scope, operation_id: UUID, step_name: str) -> Step:
    steps = Step.objects.visible_to(scope).select_related("operation")
    return get_object_or_404(steps, operation_id=operation_id, name=step_name)


def _url_of(request: HtmxRequest, step: Step) -> str:
    kwargs = {"org": request.organization.slug, "operation_id": step.operation_id, "step_name": step.name}
    return reverse("operation-step", kwargs=kwargs)


def _shown(
    request: HtmxRequest, scope: Scope, step: Step, forms_sent: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    context = {
        "reading": readings.read(scope=scope, step=step, at=now()),
        "step": step,
        "operation": step.operation,
        "own_url": _url_of(request, step),
        "going": not step.operation.ended,
        "skipped_form": SkipForm(),
        "approved_form": DecisionForm(auto_id="approve-%s"),
        "denied_form": DecisionForm(auto_id="deny-%s"),
        **forms_sent,
    }
    return page(request, "operations/step.html", context, partial="step", status=status)

"""Proof of the trail: verification, signed checkpoints, the verifier that needs no console, retention."""

from uuid import UUID

from django.http import FileResponse, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.scoped import scoped
from console.audit.actions import checkpoints, retention
from console.audit.models import AuditCheckpoint
from console.dashboard.actions import verifications
from console.dashboard.forms.audit import RetentionForm
from console.dashboard.readings import audit_proof, audit_retention
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to, toast
from console.web.pagination import paginate

CHECKPOINTS = 10


@require_http_methods(["GET", "POST"])
@scoped(Permission.AUDIT_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    if request.method == "POST":
        made = verifications.verify(scope=scope)
        toast(request, "Every link fits." if made.ok else "The trail is being verified.")
        return redirect_to(request, request.path)
    rows = AuditCheckpoint.objects.visible_to(scope)
    context = audit_proof.read(scope=scope, host=request.get_host())
    context["page"] = paginate(request, rows, order="-id", limit=CHECKPOINTS)
    return page(request, "audit/proof.html", context, partial="proof")


@require_POST
@scoped(Permission.AUDIT_EXPORT)
def sign(request: HtmxRequest, scope: Scope) -> HttpResponse:
    made = checkpoints.checkpoint(scope=scope)
    toast(request, f"Signed at link {made.seq:,}.")
    return redirect_to(request, _proof(request))


@require_safe
@scoped(Permission.AUDIT_VIEW)
def checkpoint(request: HtmxRequest, scope: Scope, checkpoint_id: UUID) -> HttpResponse:
    row = get_object_or_404(AuditCheckpoint.objects.visible_to(scope), id=checkpoint_id)
    file = f"{request.organization.slug}-checkpoint-{row.seq}.json"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return JsonResponse(audit_proof.statement(row), headers=headers, json_dumps_params={"indent": 1})


@require_safe
@scoped(Permission.AUDIT_VIEW)
def verifier(request: HtmxRequest, scope: Scope) -> FileResponse:  # noqa: ARG001  every view takes its scope
    return FileResponse(audit_proof.VERIFIER.open("rb"), as_attachment=True, filename=audit_proof.VERIFIER.name)


@require_http_methods(["GET", "POST"])
@scoped(Permission.AUDIT_MANAGE)
def keep(request: HtmxRequest, scope: Scope) -> HttpResponse:
    standing = audit_proof.standing(scope)
    form = RetentionForm(request.POST or None, initial={"days": standing.days}, word=request.organization.slug)
    loss = audit_retention.loss(scope, standing, form) if form.is_bound else None
    if form.confirmed(loss is not None):
        retention.set_retention(scope=scope, days=form.cleaned_data["days"])
        toast(request, "The retention is changed.")
        return redirect_to(request, _proof(request))
    context = {"form": form, "standing": standing, "loss": loss}
    return page(request, "audit/retention.html", context, status=422 if form.errors else 200)


def _proof(request: HtmxRequest) -> str:
    return reverse("audit-verify", kwargs={"org": request.organization.slug})

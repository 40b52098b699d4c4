"""The audit trail over the Management API: events with the same filters as on the page."""

from typing import Any
from uuid import UUID

from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ScopedAPIView
from console.audit.actions import checkpoints
from console.audit.models import AuditCheckpoint, AuditEvent, AuditLink, AuditVerification
from console.dashboard.actions import verifications
from console.dashboard.forms.audit import asked
from console.dashboard.readings import audit_proof
from console.dashboard.readings.audit_filters import TrailFilter
from console.dashboard.readings.audit_links import links_of
from console.dashboard.readings.audit_periods import ALWAYS
from console.dashboard.streams import audit_file
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.web.endpoints import describes, describes_act, describes_list, listed
from console.web.idempotency import idempotent
from console.web.pagination import paginate

FILTERS = {
    "since": "Events from this moment on, ISO 8601.",
    "until": "Events before this moment, ISO 8601.",
    "period": "1h, 24h, 7d, 30d, 90d, 365d or all, up to now; instead of since and until.",
    "actor": "Id of a person or a token.",
    "actor_kind": "user, token, staff or system.",
    "event": "A code, as region:approved, or a noun, as region.",
    "target": "Type and id, as region:<id>.",
    "outcome": "succeeded, refused or failed.",
    "q": "Words of the event's code, person, target or reason; or an id of any of them.",
    "operation_id": "Events of one operation.",
    "request_id": "Events of one request.",
    "session_id": "Events of one session.",
}
AFTER = OpenApiParameter("after", OpenApiTypes.INT, description="Number of the last link you have; 0 for none.")
KIND = OpenApiParameter("as", OpenApiTypes.STR, enum=["jsonl", "csv"], description="jsonl by default.")
PARAMETERS = [OpenApiParameter(name, OpenApiTypes.STR, description=said) for name, said in FILTERS.items()]


class AuditEventSerializer(serializers.ModelSerializer[AuditEvent]):
    seq = serializers.SerializerMethodField(help_text="Number of the event's link in the organization's chain.")
    hash = serializers.SerializerMethodField(help_text="Hash of that link, in hex.")

    class Meta:
        model = AuditEvent
        fields = [
            "id", "at", "seq", "hash", "event", "outcome", "actor_kind", "actor_id", "actor_label", "target_type",
            "target_id", "target_label", "project_id", "reason", "changes", "facts", "operation_id", "request_id",
            "session_id", "authentication", "engagement_id", "source", "source_ip", "user_agent",
        ]  # fmt: skip

    def get_seq(self, event: AuditEvent) -> int | None:
        link = self._link(event)
        return link.seq if link else None

    def get_hash(self, event: AuditEvent) -> str | None:
        link = self._link(event)
        return bytes(link.hash).hex() if link else None

    def _link(self, event: AuditEvent) -> AuditLink | None:
        links: dict[UUID, AuditLink] = self.context["links"]
        return links.get(event.pk)


class AuditEvents(ScopedAPIView):
    required_permission = {"GET": Permission.AUDIT_VIEW}

    @describes_list("List audit events", AuditEventSerializer, parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        trail = TrailFilter.of(asked(_filters(request)), at=now(), usual=ALWAYS)
        page = trail.page(request, self.scope)
        return listed(page, AuditEventSerializer, context={"links": links_of(self.scope, page.items)})


class AuditEventDetail(ScopedAPIView):
    required_permission = {"GET": Permission.AUDIT_VIEW}

    @describes("Get audit event", AuditEventSerializer)
    def get(self, _request: Request, event_id: UUID) -> Response:
        event = get_object_or_404(AuditEvent.objects.visible_to(self.scope), id=event_id)
        links = links_of(self.scope, [event])
        return Response(AuditEventSerializer(event, context={"links": links}).data)


class AuditExport(ScopedAPIView):
    required_permission = {"GET": Permission.AUDIT_EXPORT}

    @extend_schema(
        summary="Export audit trail",
        operation_id="export_audit_trail",
        description="Streams the trail, oldest first. Numbers without a gap from `after` + 1 to `Audit-Through`, "
        "and the last hash equal to `Audit-Hash`, prove that nothing is missing; go on with `after` set to "
        "`Audit-Through`.",
        parameters=[AFTER, KIND, *PARAMETERS],
        responses={(200, "application/jsonl"): OpenApiTypes.STR, (200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        kind = request.GET.get("as", "jsonl")
        return audit_file(request.GET, scope=self.scope, kind=kind, name=self.organization.slug)


class FindingSerializer(serializers.Serializer[dict[str, object]]):
    seq = serializers.IntegerField(allow_null=True)
    event_id = serializers.UUIDField(allow_null=True)
    kind = serializers.CharField()
    sentence = serializers.CharField()


class VerificationSerializer(serializers.ModelSerializer[AuditVerification]):
    ok = serializers.BooleanField(allow_null=True, help_text="null while the verification goes on.")
    findings = FindingSerializer(many=True)

    class Meta:
        model = AuditVerification
        fields = [
            "id", "ok", "started_at", "ended_at", "asked_by", "operation_id", "checked", "last_seq", "purged",
            "checkpoints", "signed_through", "findings", "more",
        ]  # fmt: skip


class AuditVerify(ScopedAPIView):
    required_permission = {"GET": Permission.AUDIT_VIEW, "POST": Permission.AUDIT_VIEW}

    @describes("Get newest verification", VerificationSerializer)
    def get(self, _request: Request) -> Response:
        newest = AuditVerification.objects.visible_to(self.scope).newest_first().first()
        if newest is None:
            raise Http404
        return Response(VerificationSerializer(newest).data)

    @describes_act("Verify audit trail", VerificationSerializer, status=200)
    @idempotent
    def post(self, _request: Request) -> Response:
        """A long chain is verified by an operation: 202, and `ok` is null until it has ended."""
        made = verifications.verify(scope=self.scope)
        if made.ended_at is not None:
            return Response(VerificationSerializer(made).data)
        where = reverse("api-operation", kwargs={"operation_id": made.operation_id})
        return Response(VerificationSerializer(made).data, status=202, headers={"Location": where})


class CheckpointSerializer(serializers.ModelSerializer[AuditCheckpoint]):
    hash = serializers.SerializerMethodField(help_text="Of the link, in hex.")
    signature = serializers.SerializerMethodField(help_text="Ed25519 (RFC 8032) over `statement`, in hex.")
    public_key = serializers.SerializerMethodField(help_text="That checks the signature, in hex.")

    class Meta:
        model = AuditCheckpoint
        fields = ["id", "seq", "at", "hash", "statement", "signature", "key_id", "public_key"]

    def get_hash(self, row: AuditCheckpoint) -> str:
        return bytes(row.hash).hex()

    def get_signature(self, row: AuditCheckpoint) -> str:
        return bytes(row.signature).hex()

    def get_public_key(self, row: AuditCheckpoint) -> str | None:
        keys: dict[UUID, str] = self.context["keys"]
        return keys.get(row.key_id)


class AuditCheckpoints(ScopedAPIView):
    required_permission = {"GET": Permission.AUDIT_VIEW, "POST": Permission.AUDIT_EXPORT}

    @describes_list("List audit checkpoints", CheckpointSerializer)
    def get(self, request: Request) -> Response:
        page = paginate(request, AuditCheckpoint.objects.visible_to(self.scope), order="-id")
        return listed(page, CheckpointSerializer, context={"keys": audit_proof.public_keys()})

    @describes_act("Sign audit checkpoint", CheckpointSerializer, status=201)
    @idempotent
    def post(self, _request: Request) -> Response:
        made = checkpoints.checkpoint(scope=self.scope)
        context = {"keys": audit_proof.public_keys()}
        return Response(CheckpointSerializer(made, context=context).data, status=201)


def _filters(request: Request) -> dict[str, Any]:
    return {name: request.GET[name] for name in FILTERS if name in request.GET}

"""What a change would do to a region, and the request for it, over the Management API."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ScopedAPIView
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.web.endpoints import describes, describes_act, describes_list, listed, sent
from console.web.idempotency import dry_runnable, idempotent
from console.web.pagination import paginate
from regions.actions import region_changes, region_previews
from regions.actions.preview_documents import document
from regions.changes.differing import Verb
from regions.models import ChangeState, PlanVersion, Region, RegionChange
from regions.policies.checks import Outcome


class FieldChange(serializers.Serializer[Any]):
    field = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    in_place = serializers.BooleanField(help_text="A call can change it; else the resource is made anew.")


class ResourceChange(serializers.Serializer[Any]):
    verb = serializers.ChoiceField([verb.value for verb in Verb])
    name = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    external_name = serializers.CharField(allow_blank=True)
    fields = FieldChange(many=True)  # type: ignore[assignment]  # the member's name in the answer
    effects = serializers.ListField(child=serializers.CharField())
    monthly = serializers.DecimalField(12, 2, allow_null=True, help_text="More or less a month; null: unknown.")
    holds_data = serializers.BooleanField()


class Counts(serializers.Serializer[Any]):
    create = serializers.IntegerField()  # type: ignore[assignment]  # the member's name in the answer
    update = serializers.IntegerField()  # type: ignore[assignment]  # the member's name in the answer
    replace = serializers.IntegerField()
    delete = serializers.IntegerField()
    unchanged = serializers.IntegerField()


class Cost(serializers.Serializer[Any]):
    currency = serializers.CharField()
    before = serializers.DecimalField(12, 2)
    after = serializers.DecimalField(12, 2)
    difference = serializers.DecimalField(12, 2)
    discount_percent = serializers.IntegerField()
    budget = serializers.IntegerField(help_text="A month; 0 where none is set.")
    unknown = serializers.ListField(child=serializers.CharField(), help_text="Left out: no known price.")


class Permissions(serializers.Serializer[Any]):
    needed = serializers.ListField(child=serializers.CharField())
    lacking = serializers.ListField(child=serializers.CharField(), help_text="Not found by the last verification.")


class PolicyCheck(serializers.Serializer[Any]):
    rule = serializers.CharField()
    outcome = serializers.ChoiceField([outcome.value for outcome in Outcome])
    title = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)


class Preview(serializers.Serializer[Any]):
    digest = serializers.CharField(help_text="SHA-256 of what changes; an approval is about this.")
    counts = Counts()
    changes = ResourceChange(many=True)
    cost = Cost()
    permissions = Permissions()
    checks = PolicyCheck(many=True)
    denied = serializers.BooleanField(help_text="A policy check denies it: it cannot be asked for.")


class AskForPreview(serializers.Serializer[Any]):
    plan_id = serializers.UUIDField(required=False, help_text="A plan version of the region.")
    spec = serializers.DictField(
        required=False,
        help_text='Values of the spec to change, nested as there: {"cluster": {"nodes_max": 15}}.',
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Send either plan_id or spec.")
        return attrs


class AskForChange(serializers.Serializer[Any]):
    plan_id = serializers.UUIDField(help_text="The plan version that both sides signed.")
    note = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=region_changes.LONGEST_NOTE,
        help_text="Needed where a check warns.",
    )


class RegionChangeSerializer(serializers.ModelSerializer[RegionChange]):
    plan_number = serializers.IntegerField(source="plan_version.number")
    state = serializers.SerializerMethodField()
    preview = Preview(source="document")

    class Meta:
        model = RegionChange
        fields = [
            "id", "region_id", "plan_version_id", "plan_number", "state", "digest", "note", "requested_by",
            "created_at", "expires_at", "decided_by", "decided_at", "decision_note", "operation_id", "preview",
        ]  # fmt: skip

    def get_state(self, change: RegionChange) -> ChangeState:
        return change.standing(now())


class RegionPreview(ScopedAPIView):
    required_permission = {"POST": Permission.REGION_VIEW}

    @describes_act("Preview change", Preview, status=200, body=AskForPreview)
    @idempotent
    def post(self, request: Request, region_id: UUID) -> Response:
        region, asked = _region(self, region_id), sent(AskForPreview, request)
        if "spec" in asked:
            preview = region_previews.of_values(scope=self.scope, region=region, values=asked["spec"])
        else:
            versions = PlanVersion.objects.visible_to(self.scope).of_region(region.pk)
            version = get_object_or_404(versions, id=asked["plan_id"])
            preview = region_previews.of_version(scope=self.scope, version=version)
        return Response(Preview(document(preview)).data)


class RegionChanges(ScopedAPIView):
    required_permission = {"GET": Permission.REGION_VIEW, "POST": Permission.REGION_CREATE}

    @describes_list("List changes", RegionChangeSerializer)
    def get(self, request: Request, region_id: UUID) -> Response:
        rows = RegionChange.objects.visible_to(self.scope).of_region(_region(self, region_id)).with_plan()
        return listed(paginate(request, rows, order="-id"), RegionChangeSerializer)

    @describes_act("Request change", RegionChangeSerializer, status=201, body=AskForChange, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, region_id: UUID) -> Response:
        region, asked = _region(self, region_id), sent(AskForChange, request)
        plan = get_object_or_404(PlanVersion.objects.visible_to(self.scope), id=asked["plan_id"])
        change = region_changes.ask(scope=self.scope, region=region, plan_version=plan, note=asked["note"])
        where = reverse("api-region-change", kwargs={"region_id": region.pk, "change_id": change.pk})
        return Response(RegionChangeSerializer(change).data, status=201, headers={"Location": where})


class RegionChangeDetail(ScopedAPIView):
    required_permission = {"GET": Permission.REGION_VIEW}

    @describes("Get change", RegionChangeSerializer)
    def get(self, _request: Request, region_id: UUID, change_id: UUID) -> Response:
        return Response(RegionChangeSerializer(_change(self, region_id, change_id)).data)


class RegionChangeWithdrawal(ScopedAPIView):
    required_permission = {"POST": Permission.REGION_CREATE}

    @describes_act("Withdraw change", RegionChangeSerializer, status=200)
    @idempotent
    def post(self, _request: Request, region_id: UUID, change_id: UUID) -> Response:
        change = region_changes.withdraw(scope=self.scope, change=_change(self, region_id, change_id))
        return Response(RegionChangeSerializer(change).data)


def _region(view: ScopedAPIView, region_id: UUID) -> Region:
    return get_object_or_404(Region.objects.visible_to(view.scope).with_connection(), id=region_id)


def _change(view: ScopedAPIView, region_id: UUID, change_id: UUID) -> RegionChange:
    rows = RegionChange.objects.visible_to(view.scope).with_plan()
    return get_object_or_404(rows, id=change_id, region_id=region_id)

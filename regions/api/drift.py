"""Drift over the Management API: findings, what is done about them, scans, and how a region is watched."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ScopedAPIView
from console.kernel.permissions import Permission
from console.web.endpoints import (
    OperationReference,
    accepted,
    describes,
    describes_act,
    describes_list,
    listed,
    sent,
)
from console.web.idempotency import dry_runnable, idempotent
from console.web.pagination import paginate
from regions.actions import drift, drift_findings
from regions.models import DriftScan, DriftWatch, Finding, Override, Region
from regions.states import Healing
from regions.steps.drift_findings import watch_of


class DriftFindingSerializer(serializers.ModelSerializer[Finding]):
    harm = serializers.CharField(source="get_harm_display", help_text="Great, Some or Little.")

    class Meta:
        model = Finding
        fields = [
            "id", "region_id", "resource", "kind", "title", "external_id", "is_gone", "fields", "harm", "sentence",
            "state", "found_at", "seen_at", "changed_at", "trace", "snoozed_until", "reason", "settled_by",
            "settled_at", "operation_id", "is_proposed",
        ]  # fmt: skip


class ScanSerializer(serializers.ModelSerializer[DriftScan]):
    class Meta:
        model = DriftScan
        fields = [
            "id", "trigger", "asked_by", "state", "message", "started_at", "finished_at", "resources", "kinds",
            "calls", "read", "held", "opened", "closed", "healed",
        ]  # fmt: skip


class WatchSerializer(serializers.ModelSerializer[DriftWatch]):
    class Meta:
        model = DriftWatch
        fields = ["every_seconds", "scan_at", "judged_at", "healing"]


class OverrideSerializer(serializers.ModelSerializer[Override]):
    class Meta:
        model = Override
        fields = [
            "number", "resource", "is_removed", "fields", "instead_of", "additions", "reason", "accepted_by",
            "accepted_at",
        ]  # fmt: skip


class SetWatch(serializers.Serializer[object]):
    every_seconds = serializers.ChoiceField(choices=list(drift.EVERY), help_text="0 for no scan by schedule.")
    healing = serializers.DictField(
        child=serializers.ChoiceField(choices=Healing.choices),
        default=dict,
        help_text='Kind to policy; under "" what holds for every other kind.',
    )


class Reason(serializers.Serializer[object]):
    reason = serializers.CharField(max_length=500)


class Snooze(Reason):
    until = serializers.DateTimeField()


class RegionFindings(ScopedAPIView):
    required_permission = {"GET": Permission.REGION_VIEW}

    @describes_list("List findings", DriftFindingSerializer)
    def get(self, request: Request, region_id: UUID) -> Response:
        region = get_object_or_404(Region.objects.visible_to(self.scope), id=region_id)
        return listed(
            paginate(request, Finding.objects.visible_to(self.scope).of_region(region), order="-id"),
            DriftFindingSerializer,
        )


class RegionScans(ScopedAPIView):
    required_permission = {"GET": Permission.REGION_VIEW}

    @describes_list("List scans", ScanSerializer)
    def get(self, request: Request, region_id: UUID) -> Response:
        region = get_object_or_404(Region.objects.visible_to(self.scope), id=region_id)
        rows = DriftScan.objects.visible_to(self.scope).of_region(region)
        return listed(paginate(request, rows, order="-id"), ScanSerializer)


class RegionWatch(ScopedAPIView):
    required_permission = {"GET": Permission.REGION_VIEW, "POST": Permission.REGION_APPROVE}

    @describes("Get drift policy", WatchSerializer)
    def get(self, _request: Request, region_id: UUID) -> Response:
        region = get_object_or_404(Region.objects.visible_to(self.scope), id=region_id)
        return Response(WatchSerializer(watch_of(self.scope, region)).data)

    @describes_act("Set drift policy", WatchSerializer, status=200, body=SetWatch, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, region_id: UUID) -> Response:
        asked = sent(SetWatch, request)
        region = get_object_or_404(Region.objects.visible_to(self.scope), id=region_id)
        healing = {kind: Healing(policy) for kind, policy in asked["healing"].items()}
        watch = drift.set_watch(
            scope=self.scope, region=region, every_seconds=int(asked["every_seconds"]), healing=healing
        )
        return Response(WatchSerializer(watch).data)


class FindingDetail(ScopedAPIView):
    required_permission = {"GET": Permission.REGION_VIEW}

    @describes("Get finding", DriftFindingSerializer)
    def get(self, _request: Request, finding_id: UUID) -> Response:
        return Response(DriftFindingSerializer(_finding(self, finding_id)).data)


class FindingRevert(ScopedAPIView):
    required_permission = {"POST": Permission.OPERATION_CONTROL}

    @describes_act("Revert finding", OperationReference, status=202, dry=True)
    @dry_runnable
    @idempotent
    def post(self, _request: Request, finding_id: UUID) -> Response:
        finding = _finding(self, finding_id)
        return accepted(drift_findings.revert(scope=self.scope, region=finding.region, findings=[finding]))


class FindingAccept(ScopedAPIView):
    required_permission = {"POST": Permission.REGION_APPROVE}

    @describes_act("Accept finding", OverrideSerializer, status=201, body=Reason, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, finding_id: UUID) -> Response:
        finding = _finding(self, finding_id)
        reason = sent(Reason, request)["reason"]
        override = drift_findings.accept(scope=self.scope, finding=finding, reason=reason)
        return Response(OverrideSerializer(override).data, status=201)


class FindingSnooze(ScopedAPIView):
    required_permission = {"POST": Permission.OPERATION_CONTROL}

    @describes_act("Snooze finding", DriftFindingSerializer, status=200, body=Snooze, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, finding_id: UUID) -> Response:
        finding = _finding(self, finding_id)
        asked = sent(Snooze, request)
        drift_findings.snooze(scope=self.scope, finding=finding, reason=asked["reason"], until=asked["until"])
        return Response(DriftFindingSerializer(_finding(self, finding_id)).data)


class FindingWake(ScopedAPIView):
    required_permission = {"POST": Permission.OPERATION_CONTROL}

    @describes_act("Wake finding", DriftFindingSerializer, status=200)
    @idempotent
    def post(self, _request: Request, finding_id: UUID) -> Response:
        drift_findings.wake(scope=self.scope, finding=_finding(self, finding_id))
        return Response(DriftFindingSerializer(_finding(self, finding_id)).data)


def _finding(view: ScopedAPIView, finding_id: UUID) -> Finding:
    rows = Finding.objects.visible_to(view.scope).select_related("region")
    return get_object_or_404(rows, id=finding_id)

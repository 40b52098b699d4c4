"""Regions over the Management API."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ScopedAPIView
from console.kernel.permissions import Permission
from console.web.endpoints import (
    Choice,
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
from regions.actions import departures, drift, regions
from regions.blueprints.keeping import Buckets
from regions.models import PlanVersion, Region, Resource


class RegionSerializer(serializers.ModelSerializer[Region]):
    account_id = serializers.CharField(source="connection.account_id")
    region_group = serializers.CharField(source="plane.slug", help_text="Short name of its application plane.")

    class Meta:
        model = Region
        fields = [
            "id", "name", "cloud", "cloud_region", "account_id", "environment", "region_group", "connection_id",
            "plan_id", "plan_number", "state", "health", "requested_by", "approved_by", "created_at", "active_at",
            "deprovisioned_at",
        ]  # fmt: skip


class ResourceSerializer(serializers.ModelSerializer[Resource]):
    class Meta:
        model = Resource
        fields = [
            "name", "kind", "api_version", "title", "needs", "external_id", "exists", "ready", "synced",
            "up_to_date", "provider_state", "reason", "message", "differences", "observed_at",
        ]  # fmt: skip


class RequestRegion(serializers.Serializer[object]):
    plan_id = serializers.UUIDField(help_text="The plan version that both sides signed.")
    region_group = serializers.CharField(
        default="", allow_blank=True, help_text="Short name of the application plane to join; main if absent."
    )


class DeprovisionRegion(serializers.Serializer[object]):
    name = serializers.CharField(help_text="The region's name, typed as a confirmation.")
    final_snapshot = serializers.BooleanField(
        default=None,
        allow_null=True,
        help_text="A last snapshot of the database; as the plan says if absent.",
    )
    buckets = Choice(choices=[each.value for each in Buckets], default="", help_text="Deleted if absent.")


class Regions(ScopedAPIView):
    required_permission = {"GET": Permission.REGION_VIEW, "POST": Permission.REGION_CREATE}

    @describes_list("List regions", RegionSerializer)
    def get(self, request: Request) -> Response:
        page = paginate(request, Region.objects.visible_to(self.scope).with_connection().with_plane(), order="-id")
        return listed(page, RegionSerializer)

    @describes_act("Request region", RegionSerializer, status=201, body=RequestRegion, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request) -> Response:
        asked = sent(RequestRegion, request)
        plans = PlanVersion.objects.visible_to(self.scope)
        plan = get_object_or_404(plans, id=asked["plan_id"])
        group = asked["region_group"]
        region = regions.request(scope=self.scope, plan_version=plan, region_group=group)
        where = reverse("api-region", kwargs={"region_id": region.id})
        return Response(RegionSerializer(region).data, status=201, headers={"Location": where})


class RegionDetail(ScopedAPIView):
    required_permission = {"GET": Permission.REGION_VIEW}

    @describes("Get region", RegionSerializer)
    def get(self, _request: Request, region_id: UUID) -> Response:
        region = get_object_or_404(
            Region.objects.visible_to(self.scope).with_connection().with_plane(), id=region_id
        )
        return Response(RegionSerializer(region).data)


class RegionResources(ScopedAPIView):
    required_permission = {"GET": Permission.REGION_VIEW}

    @describes_list("List resources", ResourceSerializer)
    def get(self, request: Request, region_id: UUID) -> Response:
        region = get_object_or_404(Region.objects.visible_to(self.scope), id=region_id)
        page = paginate(request, Resource.objects.visible_to(self.scope).of_region(region), order="position")
        return listed(page, ResourceSerializer)


class RegionDeprovision(ScopedAPIView):
    required_permission = {"POST": Permission.REGION_DEPROVISION}

    @describes_act("Deprovision region", OperationReference, status=202, body=DeprovisionRegion, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, region_id: UUID) -> Response:
        asked = sent(DeprovisionRegion, request)
        region = get_object_or_404(Region.objects.visible_to(self.scope), id=region_id)
        keeping = departures.chosen(
            scope=self.scope, region=region, final_snapshot=asked["final_snapshot"], buckets=asked["buckets"]
        )
        operation = departures.deprovision(
            scope=self.scope, region=region, typed_name=asked["name"], keeping=keeping
        )
        return accepted(operation)


class RegionReconcile(ScopedAPIView):
    required_permission = {"POST": Permission.OPERATION_CONTROL}

    @describes_act("Reconcile region", OperationReference, status=202)
    @idempotent
    def post(self, _request: Request, region_id: UUID) -> Response:
        region = get_object_or_404(Region.objects.visible_to(self.scope), id=region_id)
        operation = drift.scan(scope=self.scope, region=region)
        return accepted(operation)

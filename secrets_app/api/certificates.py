"""Certificates and application planes over the Management API."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import planes
from accounts.api.views import ScopedAPIView
from accounts.models import ApplicationPlane
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
from secrets_app.actions import authorities, certificates
from secrets_app.models import Certificate, WantedLeaf, Why
from secrets_app.readings import certificate_filters
from secrets_app.readings.planes import Overview, overviews


class CertificateSerializer(serializers.ModelSerializer[Certificate]):
    region_group = serializers.CharField(source="plane.slug", help_text="Short name of its application plane.")
    region_id = serializers.UUIDField(source="recipient.region_id", default=None)
    issuer_serial = serializers.CharField(source="issuer.serial", default="")

    class Meta:
        model = Certificate
        fields = [
            "id", "region_group", "region_id", "level", "state", "common_name", "names", "app", "project",
            "serial", "issuer_id", "issuer_serial", "key_id", "fingerprint", "not_before", "not_after", "renew_at",
            "renewal_asked_at", "revoked_at", "revocation_reason",
        ]  # fmt: skip


class CertificateWithPem(CertificateSerializer):
    class Meta(CertificateSerializer.Meta):
        fields = [*CertificateSerializer.Meta.fields, "pem"]


class IssueCertificate(serializers.Serializer[object]):
    region_id = serializers.UUIDField()
    project = serializers.CharField(max_length=63)
    app = serializers.CharField(max_length=63)


class RequestedCertificate(serializers.ModelSerializer[WantedLeaf]):
    """The region issues it within seconds; it is listed once its chain has been verified."""

    region_id = serializers.UUIDField(source="recipient.region_id")

    class Meta:
        model = WantedLeaf
        fields = ["id", "region_id", "project", "app", "requested_by", "created_at"]


class RevokeCertificate(serializers.Serializer[object]):
    name = serializers.CharField(help_text="The certificate's common_name, typed as a confirmation.")
    reason = serializers.ChoiceField(choices=Why.choices, default=Why.UNSPECIFIED.value)


class PlaneSerializer(serializers.Serializer[Overview]):
    """An application plane, and how far its regions are with what they should trust."""

    id = serializers.UUIDField(source="plane.id")
    region_group = serializers.CharField(source="plane.slug")
    name = serializers.CharField(source="plane.name")
    issuing_root = serializers.CharField(
        source="root", help_text="The root that issues; empty before the first region joins."
    )
    bundle = serializers.IntegerField()
    regions = serializers.IntegerField()
    confirmed = serializers.IntegerField(help_text="Regions that have confirmed the newest bundle.")
    created_at = serializers.DateTimeField(source="plane.created_at")


class NewPlane(serializers.Serializer[object]):
    region_group = serializers.CharField(max_length=40, help_text="Short name: a DNS label. It never changes.")
    name = serializers.CharField(max_length=80, default="", allow_blank=True)


class RotateRoot(serializers.Serializer[object]):
    region_group = serializers.CharField(help_text="The plane's short name, typed as a confirmation.")


class Certificates(ScopedAPIView):
    required_permission = {"GET": Permission.CERTIFICATE_VIEW, "POST": Permission.CERTIFICATE_MANAGE}

    @describes_list("List certificates", CertificateSerializer)
    def get(self, request: Request) -> Response:
        asked = certificate_filters.asked({"state": "every", **request.query_params.dict()})
        rows = certificate_filters.chosen(Certificate.objects.visible_to(self.scope), asked)
        return listed(
            paginate(request, rows.with_issuer().without_pem(), order="not_after"), CertificateSerializer
        )

    @describes_act("Issue certificate", RequestedCertificate, status=202, body=IssueCertificate, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request) -> Response:
        asked = sent(IssueCertificate, request)
        wanted = certificates.issue(scope=self.scope, **asked)
        return Response(RequestedCertificate(wanted).data, status=202)


class CertificateDetail(ScopedAPIView):
    required_permission = {"GET": Permission.CERTIFICATE_VIEW}

    @describes("Get certificate", CertificateWithPem)
    def get(self, _request: Request, certificate_id: UUID) -> Response:
        rows = Certificate.objects.visible_to(self.scope).with_issuer()
        return Response(CertificateWithPem(get_object_or_404(rows, pk=certificate_id)).data)


class CertificateRenew(ScopedAPIView):
    required_permission = {"POST": Permission.CERTIFICATE_MANAGE}

    @describes_act("Renew certificate", CertificateSerializer, status=202)
    @idempotent
    def post(self, _request: Request, certificate_id: UUID) -> Response:
        row = certificates.renew(scope=self.scope, certificate_id=certificate_id)
        return Response(CertificateSerializer(row).data, status=202)


class CertificateRevoke(ScopedAPIView):
    required_permission = {"POST": Permission.CERTIFICATE_MANAGE}

    @describes_act("Revoke certificate", CertificateSerializer, status=200, body=RevokeCertificate, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, certificate_id: UUID) -> Response:
        asked = sent(RevokeCertificate, request)
        why, name = Why(asked["reason"]), asked["name"]
        row = certificates.revoke(scope=self.scope, certificate_id=certificate_id, why=why, typed_name=name)
        return Response(CertificateSerializer(row).data)


class Planes(ScopedAPIView):
    required_permission = {"GET": Permission.CERTIFICATE_VIEW, "POST": Permission.REGION_CREATE}

    @describes_list("List planes", PlaneSerializer)
    def get(self, request: Request) -> Response:
        page = paginate(request, ApplicationPlane.objects.visible_to(self.scope), order="id")
        items = [PlaneSerializer(each).data for each in overviews(scope=self.scope, planes=page.items)]
        return Response({"items": items, "next_cursor": page.next_cursor})

    @describes_act("Create plane", PlaneSerializer, status=201, body=NewPlane, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request) -> Response:
        asked = sent(NewPlane, request)
        slug, name = asked["region_group"], asked["name"]
        plane = planes.create(scope=self.scope, slug=slug, name=name)
        where = reverse("api-plane", kwargs={"plane_id": plane.id})
        body = PlaneSerializer(overviews(scope=self.scope, planes=[plane])[0]).data
        return Response(body, status=201, headers={"Location": where})


class PlaneDetail(ScopedAPIView):
    required_permission = {"GET": Permission.CERTIFICATE_VIEW}

    @describes("Get plane", PlaneSerializer)
    def get(self, _request: Request, plane_id: UUID) -> Response:
        plane = get_object_or_404(ApplicationPlane.objects.visible_to(self.scope), pk=plane_id)
        return Response(PlaneSerializer(overviews(scope=self.scope, planes=[plane])[0]).data)


class PlaneRotateRoot(ScopedAPIView):
    required_permission = {"POST": Permission.CERTIFICATE_MANAGE}

    @describes_act("Rotate root", OperationReference, status=202, body=RotateRoot, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, plane_id: UUID) -> Response:
        asked = sent(RotateRoot, request)
        typed = asked["region_group"]
        return accepted(authorities.rotate_root(scope=self.scope, plane_id=plane_id, typed_name=typed))

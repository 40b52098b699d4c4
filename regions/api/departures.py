"""Holds, leftovers and certificates of deletion over the Management API."""

from uuid import UUID

from django.http import Http404
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
from regions.actions import deletion_certificates, departures, holds
from regions.models import DeletionCertificate, Leftover, Region, RegionHold
from regions.steps.holding import hold_of


class HoldSerializer(serializers.ModelSerializer[RegionHold]):
    class Meta:
        model = RegionHold
        fields = ["id", "until", "reason", "placed_by", "placed_at", "lifted_at", "lifted_by", "lift_reason"]


class PlaceHold(serializers.Serializer[object]):
    until = serializers.DateField(help_text="The last day on which the region is kept, in UTC.")
    reason = serializers.CharField(max_length=300)


class LiftHold(serializers.Serializer[object]):
    reason = serializers.CharField(max_length=300)


class LeftoverSerializer(serializers.ModelSerializer[Leftover]):
    removable = serializers.SerializerMethodField(help_text="Whether the console may delete it.")
    monthly_usd = serializers.DecimalField(
        source="monthly",
        max_digits=12,
        decimal_places=2,
        allow_null=True,
        help_text="List price; null: not known.",
    )

    class Meta:
        model = Leftover
        fields = [
            "id", "title", "external_id", "found_by", "monthly_usd", "removable", "fix", "first_seen_at",
            "seen_at",
        ]  # fmt: skip

    def get_removable(self, row: Leftover) -> bool:
        return bool(row.kind)


class RemoveLeftovers(serializers.Serializer[object]):
    name = serializers.CharField(help_text="The region's name, typed as a confirmation.")


class DeletionCertificateSerializer(serializers.ModelSerializer[DeletionCertificate]):
    signature = serializers.SerializerMethodField(help_text="Ed25519 (RFC 8032) over `statement`, in hex.")
    public_key = serializers.SerializerMethodField(help_text="That checks the signature, in hex.")

    class Meta:
        model = DeletionCertificate
        fields = ["id", "number", "issued_at", "operation_id", "statement", "signature", "key_id", "public_key"]

    def get_signature(self, row: DeletionCertificate) -> str:
        return bytes(row.signature).hex()

    def get_public_key(self, row: DeletionCertificate) -> str:
        return deletion_certificates.judged(row).public_key


class SignedStatement(serializers.Serializer[object]):
    statement = serializers.CharField(trim_whitespace=False, help_text="The signed text, byte for byte.")
    signature = serializers.RegexField(r"^[0-9a-fA-F]{128}$", help_text="In hex.")
    key_id = serializers.UUIDField()


class JudgementSerializer(serializers.Serializer[deletion_certificates.Judgement]):
    valid = serializers.BooleanField()
    sentence = serializers.CharField()
    said = serializers.JSONField(allow_null=True, help_text="What the certificate says, if its signature is good.")


class Hold(ScopedAPIView):
    required_permission = {"GET": Permission.REGION_VIEW, "POST": Permission.REGION_HOLD}

    @describes("Get hold", HoldSerializer)
    def get(self, _request: Request, region_id: UUID) -> Response:
        """The hold that is in force today; 404 without one."""
        hold = hold_of(self.scope, _region(self, region_id))
        if hold is None:
            raise Http404
        return Response(HoldSerializer(hold).data)

    @describes_act("Place hold", HoldSerializer, status=201, body=PlaceHold, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, region_id: UUID) -> Response:
        asked = sent(PlaceHold, request)
        hold = holds.place(scope=self.scope, region=_region(self, region_id), **asked)
        return Response(HoldSerializer(hold).data, status=201)


class HoldLift(ScopedAPIView):
    required_permission = {"POST": Permission.REGION_HOLD}

    @describes_act("Lift hold", HoldSerializer, status=200, body=LiftHold, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, region_id: UUID) -> Response:
        reason = sent(LiftHold, request)["reason"]
        hold = holds.lift(scope=self.scope, region=_region(self, region_id), reason=reason)
        return Response(HoldSerializer(hold).data)


class Leftovers(ScopedAPIView):
    required_permission = {"GET": Permission.REGION_VIEW}

    @describes_list("List leftovers", LeftoverSerializer)
    def get(self, request: Request, region_id: UUID) -> Response:
        rows = Leftover.objects.visible_to(self.scope).of_region(_region(self, region_id).id).still_there()
        return listed(paginate(request, rows, order="id"), LeftoverSerializer)


class LeftoversRemoval(ScopedAPIView):
    required_permission = {"POST": Permission.REGION_DEPROVISION}

    @describes_act("Remove leftovers", OperationReference, status=202, body=RemoveLeftovers, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, region_id: UUID) -> Response:
        typed = sent(RemoveLeftovers, request)["name"]
        region = _region(self, region_id)
        return accepted(departures.remove_leftovers(scope=self.scope, region=region, typed_name=typed))


class Certificates(ScopedAPIView):
    required_permission = {"GET": Permission.REGION_VIEW}

    @describes_list("List deletion certificates", DeletionCertificateSerializer)
    def get(self, request: Request, region_id: UUID) -> Response:
        rows = DeletionCertificate.objects.visible_to(self.scope).of_region(_region(self, region_id).id)
        return listed(paginate(request, rows, order="-id"), DeletionCertificateSerializer)


class CertificateVerification(ScopedAPIView):
    required_permission = {"POST": Permission.REGION_VIEW}

    @describes_act("Verify deletion certificate", JudgementSerializer, status=200, body=SignedStatement)
    @idempotent
    def post(self, request: Request) -> Response:
        """Whether this console signed exactly this text, whoever brings it."""
        asked = sent(SignedStatement, request)
        judgement = deletion_certificates.judge(
            statement=asked["statement"], key_id=asked["key_id"], signature=bytes.fromhex(asked["signature"])
        )
        return Response(JudgementSerializer(judgement).data)


def _region(view: ScopedAPIView, region_id: UUID) -> Region:
    return get_object_or_404(Region.objects.visible_to(view.scope), id=region_id)

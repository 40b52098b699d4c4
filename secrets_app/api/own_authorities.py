"""A customer's own CA over the Management API: its roots, and the authorities of regions that come from it."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ScopedAPIView
from console.kernel.permissions import Permission
from console.web.endpoints import OperationReference, accepted, describes, describes_act, sent
from console.web.idempotency import dry_runnable, idempotent
from secrets_app.actions import authorities
from secrets_app.api.certificates import CertificateSerializer
from secrets_app.models import CertificateAuthority, RegionTrust

PLANE, CUSTOMER = "plane", "customer"
LONGEST_PEM = 200_000


class AuthoritySerializer(serializers.ModelSerializer[CertificateAuthority]):
    fingerprint = serializers.CharField(source="certificate.fingerprint")
    not_after = serializers.DateTimeField(source="certificate.not_after")

    class Meta:
        model = CertificateAuthority
        fields = [
            "id", "name", "number", "source", "state", "signing_key", "fingerprint", "not_after", "created_at",
        ]  # fmt: skip


class OwnRoot(serializers.Serializer[object]):
    pem = serializers.CharField(max_length=LONGEST_PEM, trim_whitespace=False)


class KmsRoot(serializers.Serializer[object]):
    arn = serializers.CharField(max_length=200, help_text="Of an asymmetric key, ECC_NIST_P256, SIGN_VERIFY.")


class OwnAuthority(serializers.Serializer[object]):
    chain_pem = serializers.CharField(
        max_length=LONGEST_PEM, trim_whitespace=False, help_text="The region's certificate first."
    )


class AuthoritySourceSerializer(serializers.Serializer[RegionTrust]):
    """Whose CA a region's authority comes from, and what the region asks of it."""

    issued_by = serializers.SerializerMethodField()
    request_pem = serializers.CharField(help_text="The newest certificate request; empty before the first.")
    requested_at = serializers.DateTimeField(source="request_at", allow_null=True)

    def get_issued_by(self, trust: RegionTrust) -> str:
        return CUSTOMER if trust.by_customer else PLANE


class ChooseSource(serializers.Serializer[object]):
    issued_by = serializers.ChoiceField(choices=[PLANE, CUSTOMER])


class PlaneOwnRoot(ScopedAPIView):
    required_permission = {"POST": Permission.CERTIFICATE_MANAGE}

    @describes_act("Trust own root", AuthoritySerializer, status=201, body=OwnRoot, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, plane_id: UUID) -> Response:
        made = authorities.trust_root(scope=self.scope, plane_id=plane_id, root_pem=sent(OwnRoot, request)["pem"])
        return Response(AuthoritySerializer(made).data, status=201)


class PlaneKmsRoot(ScopedAPIView):
    required_permission = {"POST": Permission.CERTIFICATE_MANAGE}

    @describes_act("Trust KMS root", OperationReference, status=202, body=KmsRoot, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, plane_id: UUID) -> Response:
        asked = sent(KmsRoot, request)
        return accepted(authorities.trust_kms_root(scope=self.scope, plane_id=plane_id, arn=asked["arn"]))


class RegionAuthority(ScopedAPIView):
    required_permission = {"GET": Permission.CERTIFICATE_VIEW, "POST": Permission.CERTIFICATE_MANAGE}

    @describes("Get authority source", AuthoritySourceSerializer)
    def get(self, _request: Request, region_id: UUID) -> Response:
        rows = RegionTrust.objects.visible_to(self.scope).of_region(region_id).present()
        return Response(AuthoritySourceSerializer(get_object_or_404(rows)).data)

    @describes_act("Import authority", CertificateSerializer, status=201, body=OwnAuthority, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, region_id: UUID) -> Response:
        chain = sent(OwnAuthority, request)["chain_pem"]
        made = authorities.import_intermediate(scope=self.scope, region_id=region_id, chain_pem=chain)
        return Response(CertificateSerializer(made).data, status=201)


class RegionAuthoritySource(ScopedAPIView):
    required_permission = {"POST": Permission.CERTIFICATE_MANAGE}

    @describes_act("Choose authority source", AuthoritySourceSerializer, status=200, body=ChooseSource)
    @idempotent
    def post(self, request: Request, region_id: UUID) -> Response:
        own = sent(ChooseSource, request)["issued_by"] == CUSTOMER
        change = authorities.use_own_ca if own else authorities.use_plane_root
        return Response(AuthoritySourceSerializer(change(scope=self.scope, region_id=region_id)).data)

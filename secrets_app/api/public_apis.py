"""Certificates of the public APIs over the Management API."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ScopedAPIView
from console.kernel.permissions import Permission
from console.web.endpoints import describes_list, listed
from console.web.pagination import paginate
from secrets_app.models import WatchedCertificate


class PublicApiSerializer(serializers.ModelSerializer[WatchedCertificate]):
    region_id = serializers.UUIDField(source="recipient.region_id", allow_null=True, default=None)

    class Meta:
        model = WatchedCertificate
        fields = [
            "id", "api", "region_id", "host", "port", "state", "since", "finding", "issuer", "names", "chain",
            "serial", "fingerprint", "protocol", "not_before", "not_after", "looked_at",
        ]  # fmt: skip


class PublicApis(ScopedAPIView):
    required_permission = {"GET": Permission.CERTIFICATE_VIEW}

    @describes_list("List certificates of public APIs", PublicApiSerializer)
    def get(self, request: Request) -> Response:
        rows = WatchedCertificate.objects.visible_to(self.scope).with_region()
        return listed(paginate(request, rows, order="id"), PublicApiSerializer)

"""Authorities and certificates."""

from django.urls import path

from secrets_app.api import certificates, public_apis

urlpatterns = [
    path("certificates", certificates.Certificates.as_view(), name="api-certificates"),
    path("certificates/<uuid:certificate_id>", certificates.CertificateDetail.as_view(), name="api-certificate"),
    path(
        "certificates/<uuid:certificate_id>/renew",
        certificates.CertificateRenew.as_view(),
        name="api-certificate-renew",
    ),
    path(
        "certificates/<uuid:certificate_id>/revoke",
        certificates.CertificateRevoke.as_view(),
        name="api-certificate-revoke",
    ),
    path("planes", certificates.Planes.as_view(), name="api-planes"),
    path("planes/<uuid:plane_id>", certificates.PlaneDetail.as_view(), name="api-plane"),
    path(
        "planes/<uuid:plane_id>/rotate-root", certificates.PlaneRotateRoot.as_view(), name="api-plane-rotate-root"
    ),
    path("certificates/public-apis", public_apis.PublicApis.as_view(), name="api-public-apis"),
]

"""Authorities and certificates."""

from django.urls import path

from secrets_app.api import certificates, own_authorities, public_apis

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
    path("planes/<uuid:plane_id>/own-root", own_authorities.PlaneOwnRoot.as_view(), name="api-plane-own-root"),
    path("planes/<uuid:plane_id>/kms-root", own_authorities.PlaneKmsRoot.as_view(), name="api-plane-kms-root"),
    path(
        "regions/<uuid:region_id>/authority",
        own_authorities.RegionAuthority.as_view(),
        name="api-region-authority",
    ),
    path(
        "regions/<uuid:region_id>/authority/source",
        own_authorities.RegionAuthoritySource.as_view(),
        name="api-region-authority-source",
    ),
    path("certificates/public-apis", public_apis.PublicApis.as_view(), name="api-public-apis"),
]

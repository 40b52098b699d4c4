"""Authorities, certificates, and what hangs on them."""

from django.urls import path

from secrets_app.views import certificates, planes

PLANE = "certificates/planes/<slug:plane>/"

urlpatterns = [
    path("certificates/", certificates.index, name="certificates"),
    path("certificates/list/", certificates.listing, name="certificate-list"),
    path("certificates/new/", certificates.create, name="certificate-create"),
    path("certificates/planes/new/", planes.create, name="plane-create"),
    path("certificates/planes/<uuid:applicationplane_id>/", planes.by_id, name="applicationplane"),
    path(PLANE, planes.detail, name="plane"),
    path(f"{PLANE}bundle.pem", planes.bundle, name="plane-bundle"),
    path(f"{PLANE}root/", planes.make_root, name="plane-root"),
    path(f"{PLANE}rotate/", planes.rotate, name="plane-rotate"),
    path(f"{PLANE}own-root/", planes.own_root, name="plane-own-root"),
    path(f"{PLANE}kms-root/", planes.kms_root, name="plane-kms-root"),
    path(f"{PLANE}regions/<uuid:region_id>/authority/", planes.own_authority, name="plane-own-authority"),
    path(f"{PLANE}regions/<uuid:region_id>/source/", planes.source, name="plane-source"),
    path(f"{PLANE}regions/<uuid:region_id>/request.pem", planes.signing_request, name="plane-request"),
    path("certificates/<uuid:certificate_id>/", certificates.detail, name="certificate"),
    path("certificates/<uuid:certificate_id>/certificate.pem", certificates.pem, name="certificate-pem"),
    path("certificates/<uuid:certificate_id>/renew/", certificates.renew, name="certificate-renew"),
    path("certificates/<uuid:certificate_id>/revoke/", certificates.revoke, name="certificate-revoke"),
]

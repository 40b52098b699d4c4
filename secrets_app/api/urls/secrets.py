"""Secrets and their versions."""

from django.urls import path

from secrets_app.api import secrets

urlpatterns = [
    path("secrets", secrets.Secrets.as_view(), name="api-secrets"),
    path("secrets/<uuid:secret_id>", secrets.SecretDetail.as_view(), name="api-secret"),
    path("secrets/<uuid:secret_id>/versions", secrets.SecretVersions.as_view(), name="api-secret-versions"),
    path("secrets/<uuid:secret_id>/regions", secrets.SecretRegions.as_view(), name="api-secret-regions"),
    path("secrets/<uuid:secret_id>/rollback", secrets.SecretRollback.as_view(), name="api-secret-rollback"),
    path("secrets/<uuid:secret_id>/rotate", secrets.SecretRotate.as_view(), name="api-secret-rotate"),
]

"""Secrets, their versions, and imports."""

from django.urls import path

from secrets_app.views import secret_imports, secret_versions, secrets

urlpatterns = [
    path("secrets/", secrets.index, name="secrets"),
    path("secrets/new/", secret_versions.choose, name="secret-choose"),
    path("secrets/new/<slug:kind>/", secret_versions.create, name="secret-create"),
    path("secrets/import/", secret_imports.bring, name="secret-import"),
    path("secrets/import/preview/", secret_imports.preview, name="secret-import-preview"),
    path("secrets/<uuid:secret_id>/", secrets.detail, name="secret"),
    path("secrets/<uuid:secret_id>/versions/new/", secret_versions.add, name="secret-version-add"),
    path("secrets/<uuid:secret_id>/rotate/", secret_versions.add, {"rotating": True}, name="secret-rotate"),
    path(
        "secrets/<uuid:secret_id>/versions/<int:number>/roll-back/",
        secret_versions.roll_back,
        name="secret-roll-back",
    ),
    path("secrets/<uuid:secret_id>/versions/<int:number>/end/", secret_versions.end, name="secret-version-end"),
    path("secrets/<uuid:secret_id>/compare/", secret_versions.compare, name="secret-compare"),
    path("secrets/<uuid:secret_id>/reveal/", secret_versions.reveal, name="secret-reveal"),
    path("secrets/<uuid:secret_id>/schedule/", secrets.schedule, name="secret-schedule"),
    path("secrets/<uuid:secret_id>/look/", secrets.look_again, name="secret-look"),
    path("secrets/<uuid:secret_id>/delete/", secrets.delete, name="secret-delete"),
    path("secrets/regions/<uuid:recipient_id>/key/", secrets.accept_key, name="recipient-accept-key"),
]

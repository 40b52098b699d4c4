"""Composition of every route; each app says its own."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("console.dashboard.urls")),
    path("", include("accounts.urls")),
    path("o/<slug:org>/", include("regions.urls")),
    path("o/<slug:org>/", include("secrets_app.urls")),
    path("api/", include("console.api.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "console.web.errors.bad_request"
handler403 = "console.web.errors.forbidden"
handler404 = "console.web.errors.not_found"
handler429 = "console.web.errors.too_many"
handler500 = "console.web.errors.server_error"

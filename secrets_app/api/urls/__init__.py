"""Endpoints of secrets, keys and certificates; one module a noun."""

from secrets_app.api.urls import certificates, keys, secrets

urlpatterns = [*secrets.urlpatterns, *keys.urlpatterns, *certificates.urlpatterns]

"""Secrets, keys and certificates, under an organization's address; one module a noun."""

from secrets_app.urls import certificates, keys, secrets

urlpatterns = [*secrets.urlpatterns, *keys.urlpatterns, *certificates.urlpatterns]

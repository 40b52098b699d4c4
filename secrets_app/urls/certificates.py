"""Authorities, certificates, and what hangs on them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

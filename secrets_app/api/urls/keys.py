"""Keys and their rotation."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

"""Routes of the sandbox's own page."""

from django.urls import path

from sandbox.tour import views

urlpatterns = [
    path("", views.first, name="sandbox-first"),
    path("<slug:org>/", views.index, name="sandbox"),
    path("<slug:org>/<slug:act>/", views.perform, name="sandbox-act"),
]

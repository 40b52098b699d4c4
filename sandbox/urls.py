"""The console's routes and the sandbox's own."""

from django.urls import include, path

from console.urls import handler400, handler403, handler404, handler429, handler500
from console.urls import urlpatterns as of_the_console

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]

urlpatterns = [path("sandbox/", include("sandbox.tour.urls")), *of_the_console]

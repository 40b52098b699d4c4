"""Key-encryption keys."""

from django.urls import path

from secrets_app.views import keys

urlpatterns = [path("keys/", keys.index, name="keys")]

"""Keys and their rotation."""

from django.urls import path

from secrets_app.api import keys

urlpatterns = [
    path("keys", keys.Keys.as_view(), name="api-keys"),
    path("keys/rotations", keys.KeyRotations.as_view(), name="api-key-rotations"),
    path("keys/rotate", keys.KeysRotate.as_view(), name="api-keys-rotate"),
    path("keys/schedule", keys.KeysSchedule.as_view(), name="api-keys-schedule"),
    path("keys/pace", keys.KeysPace.as_view(), name="api-keys-pace"),
    path("keys/verify", keys.KeysVerify.as_view(), name="api-keys-verify"),
    path("keys/rehearse", keys.KeysRehearse.as_view(), name="api-keys-rehearse"),
    path("keys/root", keys.KeysRoot.as_view(), name="api-keys-root"),
]

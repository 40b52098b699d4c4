"""Key-encryption keys."""

from django.urls import path

from secrets_app.views import keys

urlpatterns = [
    path("keys/", keys.index, name="keys"),
    path("keys/rotations/", keys.rotations, name="key-rotations"),
    path("keys/rotate/", keys.rotate, name="keys-rotate"),
    path("keys/compromised/", keys.compromised, name="keys-compromised"),
    path("keys/pace/", keys.pace, name="keys-pace"),
    path("keys/verify/", keys.verify, name="keys-verify"),
    path("keys/rehearse/", keys.rehearse, name="keys-rehearse"),
    path("keys/schedule/", keys.schedule, name="keys-schedule"),
    path("keys/root/", keys.root, name="keys-root"),
]

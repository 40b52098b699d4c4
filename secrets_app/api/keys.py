"""Keys and their rotation over the Management API."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ScopedAPIView
from console.encryption.models import Rehearsal, Rotation
from console.kernel.permissions import Permission
from console.web.endpoints import (
    OperationReference,
    accepted,
    describes,
    describes_act,
    describes_list,
    listed,
    sent,
)
from console.web.idempotency import dry_runnable, idempotent
from console.web.pagination import paginate
from secrets_app.actions import key_roots, keys
from secrets_app.readings import keys as readings


class KekVersionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(source="number")
    state = serializers.ChoiceField(["active", "unwraps_only", "disabled", "destroyed"], source="word")
    deks = serializers.IntegerField(help_text="Data keys under it.")
    active_since = serializers.DateTimeField(source="since")
    destroyed_at = serializers.DateTimeField(
        source="ends_at", allow_null=True, help_text="When it is or was destroyed."
    )


class RootKeySerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["file", "aws-kms"], source="provider")
    arn = serializers.CharField(help_text="Of the customer's KMS key; empty for the console's own key store.")


class PlaceSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    state = serializers.CharField()
    rewrapped = serializers.IntegerField(source="done", allow_null=True)
    deks = serializers.IntegerField(source="total", allow_null=True)
    last_rotation_at = serializers.DateTimeField(source="last", allow_null=True)
    next_rotation_at = serializers.DateTimeField(source="next", allow_null=True)


class KeyRehearsalSerializer(serializers.ModelSerializer[Rehearsal]):
    class Meta:
        model = Rehearsal
        fields = ["id", "at", "by", "root", "readable", "measured"]


class KeysSerializer(serializers.Serializer[Any]):
    """The organization's keys; never key material."""

    active_version = serializers.IntegerField(source="version")
    deks = serializers.IntegerField()
    cached_seconds = serializers.IntegerField(
        help_text="From revoking the root key to unreadable values, at most."
    )
    rotate_days = serializers.IntegerField(source="policy.rotate_days", allow_null=True)
    hold_days = serializers.IntegerField(source="policy.hold_days")
    next_rotation_at = serializers.DateTimeField(source="policy.next_rotation_at", allow_null=True)
    operation = serializers.UUIDField(source="going.id", allow_null=True, default=None)
    root = RootKeySerializer()
    versions = KekVersionSerializer(many=True, source="lives.rows")
    places = PlaceSerializer(many=True)
    rehearsal = KeyRehearsalSerializer(allow_null=True, help_text="The newest; null before the first.")


class KeyRotationSerializer(serializers.ModelSerializer[Rotation]):
    class Meta:
        model = Rotation
        fields = ["id", "keyring", "to_version", "cause", "operation_id", "deks", "started_at", "finished_at"]


class RotateKeys(serializers.Serializer[object]):
    compromised = serializers.BooleanField(default=False, help_text="Encrypt every value anew, too.")
    organization = serializers.CharField(
        default="", allow_blank=True, help_text="Its name, typed as a confirmation; needed with `compromised`."
    )


class SettleKeys(serializers.Serializer[object]):
    rotate_days = serializers.IntegerField(allow_null=True, help_text="null: by hand alone.")
    hold_days = serializers.IntegerField()


class PaceKeys(serializers.Serializer[object]):
    rows_a_second = serializers.IntegerField(
        allow_null=True, min_value=0, help_text="Data keys a second at most; null: full speed, 0: paused."
    )


class MoveKeys(serializers.Serializer[object]):
    arn = serializers.CharField(allow_blank=True, help_text="Of your KMS key; empty: the console's key store.")


class Counted(serializers.Serializer[object]):
    deks = serializers.IntegerField()
    on_old_versions = serializers.IntegerField()


class Keys(ScopedAPIView):
    required_permission = {"GET": Permission.KEY_VIEW}

    @describes("Get keys", KeysSerializer)
    def get(self, _request: Request) -> Response:
        return Response(KeysSerializer(readings.read(scope=self.scope)).data)


class KeyRotations(ScopedAPIView):
    required_permission = {"GET": Permission.KEY_VIEW}

    @describes_list("List key rotations", KeyRotationSerializer)
    def get(self, request: Request) -> Response:
        return listed(
            paginate(request, Rotation.objects.visible_to(self.scope), order="-id"), KeyRotationSerializer
        )


class KeysRotate(ScopedAPIView):
    required_permission = {"POST": Permission.KEY_MANAGE}

    @describes_act("Rotate keys", OperationReference, status=202, body=RotateKeys, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request) -> Response:
        asked = sent(RotateKeys, request)
        return accepted(
            keys.rotate(scope=self.scope, compromised=asked["compromised"], typed=asked["organization"])
        )


class KeysSchedule(ScopedAPIView):
    required_permission = {"POST": Permission.KEY_MANAGE}

    @describes_act("Settle key schedule", KeysSerializer, status=200, body=SettleKeys)
    @idempotent
    def post(self, request: Request) -> Response:
        asked = sent(SettleKeys, request)
        keys.settle(scope=self.scope, **asked)
        return Response(KeysSerializer(readings.read(scope=self.scope)).data)


class KeysPace(ScopedAPIView):
    required_permission = {"POST": Permission.KEY_MANAGE}

    @describes_act("Pace key rotation", KeysSerializer, status=200, body=PaceKeys)
    @idempotent
    def post(self, request: Request) -> Response:
        asked = sent(PaceKeys, request)
        keys.pace(scope=self.scope, **asked)
        return Response(KeysSerializer(readings.read(scope=self.scope)).data)


class KeysVerify(ScopedAPIView):
    required_permission = {"POST": Permission.KEY_VIEW}

    @describes_act("Verify data keys", Counted, status=200)
    @idempotent
    def post(self, _request: Request) -> Response:
        total, old = keys.verify(scope=self.scope)
        return Response({"deks": total, "on_old_versions": old})


class KeysRehearse(ScopedAPIView):
    required_permission = {"POST": Permission.KEY_MANAGE}

    @describes_act("Rehearse key revocation", OperationReference, status=202)
    @idempotent
    def post(self, _request: Request) -> Response:
        return accepted(key_roots.rehearse(scope=self.scope))


class KeysRoot(ScopedAPIView):
    required_permission = {"POST": Permission.KEY_MANAGE}

    @describes_act("Move keys to another root", OperationReference, status=202, body=MoveKeys, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request) -> Response:
        asked = sent(MoveKeys, request)
        return accepted(key_roots.move(scope=self.scope, arn=asked["arn"]))

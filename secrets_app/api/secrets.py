"""Secrets over the Management API. Values come in; none ever goes out: revealing is for people."""

import base64
import binascii
from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import projects
from accounts.api.views import ScopedAPIView
from accounts.models import Project
from console.kernel.errors import Invalid
from console.kernel.permissions import Permission
from console.web.endpoints import Choice, describes, describes_act, describes_list, listed, sent
from console.web.idempotency import dry_runnable, idempotent
from console.web.pagination import paginate
from secrets_app.actions import references, secrets
from secrets_app.kinds import ALGORITHMS, generated
from secrets_app.models import Kind, Provider, Secret, SecretDelivery, SecretVersion
from secrets_app.readings import secrets as readings


class ValueUnusable(Invalid):
    code = "value_unusable"
    title = "A value cannot be read"


class SecretSerializer(serializers.ModelSerializer[Secret]):
    project = serializers.CharField(source="project.name", default=None, allow_null=True)

    class Meta:
        model = Secret
        fields = [
            "id", "name", "kind", "detail", "description", "project_id", "project", "current_version",
            "expires_at", "rotate_days", "next_rotation_at", "grace_hours", "rotated_at", "provider", "reference",
            "check_state", "check_message", "checked_at", "created_by", "created_at", "changed_at",
        ]  # fmt: skip


class VersionSerializer(serializers.ModelSerializer[SecretVersion]):
    keys = serializers.SerializerMethodField()
    is_destroyed = serializers.SerializerMethodField()

    class Meta:
        model = SecretVersion
        fields = [
            "number", "keys", "note", "expires_at", "valid_until", "ended_at", "is_destroyed", "created_by",
            "created_at",
        ]  # fmt: skip

    def get_keys(self, version: SecretVersion) -> list[dict[str, Any]]:
        """Names, sizes, and the version in which each value came to be; equal numbers are equal values."""
        return list(version.entries)

    def get_is_destroyed(self, version: SecretVersion) -> bool:
        return version.ended_at is not None


class DeliverySerializer(serializers.ModelSerializer[SecretDelivery]):
    region_id = serializers.UUIDField(source="recipient.region_id")
    region = serializers.CharField(source="recipient.name")
    live = serializers.BooleanField(source="is_live")
    since = serializers.DateTimeField()

    class Meta:
        model = SecretDelivery
        fields = ["region_id", "region", "desired_version", "applied_version", "live", "since"]


class Values(serializers.Serializer[object]):
    """Keys with values: texts, or bytes in base64."""

    values = serializers.DictField(
        child=serializers.CharField(trim_whitespace=False), required=False, write_only=True
    )
    values_base64 = serializers.DictField(child=serializers.CharField(), required=False, write_only=True)


class WriteSecret(Values):
    name = serializers.CharField(max_length=63)
    kind = Choice(Kind.choices, default=Kind.GENERIC)
    project_id = serializers.UUIDField(required=False, allow_null=True)
    description = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    generate = Choice(
        sorted({name for names in ALGORITHMS.values() for name in names}),
        required=False,
        help_text="Let the console make the key: 128, 256 or 512 bits, or an algorithm of a key pair.",
    )
    provider = Choice(Provider.choices, default=Provider.AWS, help_text="Of an external secret.")
    reference = serializers.CharField(max_length=400, required=False, help_text="ARN of an external secret.")


class WriteVersion(Values):
    removed = serializers.ListField(child=serializers.CharField(max_length=253), required=False)
    based_on = serializers.IntegerField(
        min_value=1, required=False, help_text="Refuse if this is no longer current."
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class RollBack(serializers.Serializer[object]):
    version = serializers.IntegerField(min_value=1)


class Rotate(Values):
    based_on = serializers.IntegerField(min_value=1, required=False)


class DeleteSecret(serializers.Serializer[object]):
    name = serializers.CharField(help_text="The secret's name, typed as a confirmation.")


def values_of(asked: dict[str, Any]) -> dict[str, bytes]:
    """Raises ValueUnusable, which names the key alone."""
    found = {key: text.encode() for key, text in (asked.get("values") or {}).items()}
    for key, text in (asked.get("values_base64") or {}).items():
        if key in found:
            raise ValueUnusable(f"{key[:60]} is given twice, as text and in base64.", field="values_base64")
        try:
            found[key] = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise ValueUnusable(f"What is under {key[:60]} is not base64.", field="values_base64") from None
    return found


class SecretsView(ScopedAPIView):
    secret_body = True
    """What callers send holds values: it is not kept, nor anything that a value could be guessed from."""


class Secrets(SecretsView):
    required_permission = {"GET": Permission.SECRET_VIEW, "POST": Permission.SECRET_MANAGE}

    @describes_list("List secrets", SecretSerializer)
    def get(self, request: Request) -> Response:
        asked = readings.Filter.of(request.query_params)
        page = paginate(request, readings.filtered(scope=self.scope, asked=asked), order="name")
        return listed(page, SecretSerializer)

    @describes_act("Create secret", SecretSerializer, status=201, body=WriteSecret, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request) -> Response:
        secret = self._made(sent(WriteSecret, request))
        where = reverse("api-secret", kwargs={"secret_id": secret.pk})
        return Response(SecretSerializer(secret).data, status=201, headers={"Location": where})

    def _made(self, asked: dict[str, Any]) -> Secret:
        place: dict[str, Any] = {
            "scope": self.scope,
            "name": asked["name"],
            "project": self._project(asked.get("project_id")),
            "description": asked["description"],
        }
        if asked["kind"] == Kind.EXTERNAL:
            return references.refer(**place, provider=asked["provider"], reference=asked.get("reference", ""))
        values = generated(asked["kind"], asked["generate"]) if self._generates(asked) else values_of(asked)
        return secrets.put(
            **place, kind=asked["kind"], values=values, expires_at=asked.get("expires_at"), is_new=True
        )

    def _generates(self, asked: dict[str, Any]) -> bool:
        wanted = asked.get("generate")
        if wanted and wanted not in ALGORITHMS.get(asked["kind"], ()):
            raise ValueUnusable(f"A secret of the kind {asked['kind']} is not made as {wanted}.", field="generate")
        return bool(wanted)

    def _project(self, project_id: UUID | None) -> Project | None:
        return projects.get(scope=self.scope, project_id=project_id) if project_id else None


class SecretDetail(SecretsView):
    required_permission = {"GET": Permission.SECRET_VIEW, "DELETE": Permission.SECRET_MANAGE}

    @describes("Get secret", SecretSerializer)
    def get(self, _request: Request, secret_id: UUID) -> Response:
        return Response(SecretSerializer(secrets.get(scope=self.scope, secret_id=secret_id)).data)

    @describes_act("Delete secret", SecretSerializer, status=200, body=DeleteSecret)
    @idempotent
    def delete(self, request: Request, secret_id: UUID) -> Response:
        asked = sent(DeleteSecret, request)
        secret = secrets.get(scope=self.scope, secret_id=secret_id)
        return Response(
            SecretSerializer(secrets.delete(scope=self.scope, secret=secret, typed=asked["name"])).data
        )


class SecretVersions(SecretsView):
    required_permission = {"GET": Permission.SECRET_VIEW, "POST": Permission.SECRET_MANAGE}

    @describes_list("List versions of secret", VersionSerializer)
    def get(self, request: Request, secret_id: UUID) -> Response:
        secret = secrets.get(scope=self.scope, secret_id=secret_id)
        rows = SecretVersion.objects.visible_to(self.scope).of(secret.pk).without_value()
        return listed(paginate(request, rows, order="-number"), VersionSerializer)

    @describes_act("Add version of secret", VersionSerializer, status=201, body=WriteVersion, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, secret_id: UUID) -> Response:
        asked = sent(WriteVersion, request)
        version = secrets.change(
            scope=self.scope,
            secret=secrets.get(scope=self.scope, secret_id=secret_id),
            values=values_of(asked),
            removed=asked.get("removed", ()),
            based_on=asked.get("based_on", 0),
            expires_at=asked.get("expires_at"),
            note=asked["note"],
        )
        return Response(VersionSerializer(version).data, status=201)


class SecretRegions(SecretsView):
    required_permission = {"GET": Permission.SECRET_VIEW}

    @describes_list("List regions of secret", DeliverySerializer)
    def get(self, request: Request, secret_id: UUID) -> Response:
        secret = secrets.get(scope=self.scope, secret_id=secret_id)
        rows = SecretDelivery.objects.visible_to(self.scope).of(secret.pk).to_present().with_recipient()
        return listed(paginate(request, rows, order="id"), DeliverySerializer)


class SecretRollback(SecretsView):
    required_permission = {"POST": Permission.SECRET_MANAGE}

    @describes_act("Roll back secret", VersionSerializer, status=201, body=RollBack, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, secret_id: UUID) -> Response:
        asked = sent(RollBack, request)
        secret = secrets.get(scope=self.scope, secret_id=secret_id)
        version = secrets.roll_back(scope=self.scope, secret=secret, number=asked["version"])
        return Response(VersionSerializer(version).data, status=201)


class SecretRotate(SecretsView):
    required_permission = {"POST": Permission.SECRET_MANAGE}

    @describes_act("Rotate secret", VersionSerializer, status=201, body=Rotate, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, secret_id: UUID) -> Response:
        asked = sent(Rotate, request)
        secret = secrets.get(scope=self.scope, secret_id=secret_id)
        values = values_of(asked) or None
        version = secrets.rotate(scope=self.scope, secret=secret, values=values, based_on=asked.get("based_on", 0))
        return Response(VersionSerializer(version).data, status=201)

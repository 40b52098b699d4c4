"""Roles for people over the Management API: what they are now, what they may be, and a new version of them."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ScopedAPIView
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.endpoints import Choice, describes, describes_act, sent
from console.web.idempotency import dry_runnable, idempotent
from regions.actions import bundles, human_roles
from regions.api.connections import one
from regions.clouds.aws.people_catalogue import catalogue
from regions.models import Connection
from regions.permissions.human_roles import ROLES, difference
from regions.questionnaire import codec
from regions.spec import KubernetesAccess, Tailoring


class RemovalSerializer(serializers.Serializer[Any]):
    role = Choice(choices=[role.value for role in ROLES])
    actions = serializers.ListField(child=serializers.CharField(max_length=120), max_length=200)


class UseCaseSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=24)
    purpose = serializers.CharField(max_length=120)
    actions = serializers.ListField(child=serializers.CharField(max_length=120), max_length=60)
    kubernetes = Choice(choices=[one.value for one in KubernetesAccess], default=KubernetesAccess.NONE.value)
    principals = serializers.ListField(
        child=serializers.CharField(max_length=200),
        max_length=10,
        default=list,
        help_text="IAM roles and users of yours that may take it; empty: the vendor's operations.",
    )


class RolesSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="Of the version; 0 while nothing was changed.")
    bundle_version = serializers.CharField()
    outdated = serializers.BooleanField(help_text="The connection has not been verified with this version.")
    removed = RemovalSerializer(many=True)
    added = UseCaseSerializer(many=True)


class RoleChangeSerializer(serializers.Serializer[Any]):
    role = serializers.CharField()
    gained = serializers.ListField(child=serializers.CharField())
    lost = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())


class ChangedRolesSerializer(RolesSerializer):
    changes = RoleChangeSerializer(many=True)


class ChangeRoles(serializers.Serializer[Any]):
    base = serializers.IntegerField(min_value=0, help_text="`number` of the version that is changed.")
    reason = serializers.CharField(max_length=500)
    removed = RemovalSerializer(many=True, default=list)
    added = UseCaseSerializer(many=True, default=list)


class CatalogueSerializer(serializers.Serializer[Any]):
    actions = serializers.ListField(child=serializers.CharField())


def told(scope: Scope, connection: Connection) -> dict[str, Any]:
    newest = bundles.newest(scope=scope, connection=connection)
    bundle = bundles.bundle_of(newest)
    document: dict[str, Any] = codec.to_document(bundle.tailoring)
    return {
        "number": newest.number if newest else 0,
        "bundle_version": bundle.version,
        "outdated": bool(connection.bundle_version) and connection.bundle_version != bundle.version,
        **document,
    }


class ConnectionRoles(ScopedAPIView):
    required_permission = {"GET": Permission.CONNECTION_VIEW, "POST": Permission.CONNECTION_MANAGE}

    @describes("Get connection roles", RolesSerializer)
    def get(self, _request: Request, connection_id: UUID) -> Response:
        return Response(told(self.scope, one(self, connection_id)))

    @describes_act("Change connection roles", ChangedRolesSerializer, status=201, body=ChangeRoles, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request, connection_id: UUID) -> Response:
        """The whole of what differs from the roles as they come; the connection is then to be verified."""
        asked, connection = sent(ChangeRoles, request), one(self, connection_id)
        before = bundles.tailoring(scope=self.scope, connection=connection)
        after: Tailoring = human_roles.read({"removed": asked["removed"], "added": asked["added"]})
        human_roles.change(
            scope=self.scope, connection=connection, tailoring=after, base=asked["base"], reason=asked["reason"]
        )
        changes = RoleChangeSerializer(difference(before, after), many=True).data
        return Response({**told(self.scope, connection), "changes": changes}, status=201)


class RoleCatalogue(ScopedAPIView):
    required_permission = {"GET": Permission.CONNECTION_VIEW}

    @describes("List role actions", CatalogueSerializer)
    def get(self, _request: Request) -> Response:
        """What a role of your own may be given."""
        return Response({"actions": list(catalogue())})

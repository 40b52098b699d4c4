"""Connections over the Management API: what they are, what verification found, what makes their role."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ScopedAPIView
from console.kernel.permissions import Permission
from console.web.endpoints import (
    OperationReference,
    accepted,
    describes,
    describes_act,
    describes_list,
    listed,
)
from console.web.idempotency import idempotent
from console.web.pagination import paginate
from regions.actions import connections
from regions.models import CheckGroup, Connection, ConnectionCheck

GROUP = OpenApiParameter(
    "group", OpenApiTypes.STR, enum=CheckGroup.values, description="Only answers to questions of this kind."
)


class ConnectionSerializer(serializers.ModelSerializer[Connection]):
    class Meta:
        model = Connection
        fields = [
            "id", "name", "cloud", "account_id", "external_id", "role_arn", "boundary_arn", "state", "reason",
            "message", "bundle_version", "made_with", "created_by", "created_at", "verified_at",
        ]  # fmt: skip

    role_arn = serializers.CharField(read_only=True)
    boundary_arn = serializers.CharField(read_only=True)


class CheckSerializer(serializers.ModelSerializer[ConnectionCheck]):
    class Meta:
        model = ConnectionCheck
        fields = [
            "name", "group", "title", "role", "service", "verb", "verdict", "method", "message", "fix", "facts",
            "checked_at",
        ]  # fmt: skip


class ArtefactSerializer(serializers.Serializer[Any]):
    """What makes the role: a CloudFormation stack, a Terraform module, or a script for the AWS CLI."""

    name = serializers.CharField()
    file = serializers.CharField()
    text = serializers.CharField(help_text="Save it under the file's name.")


def one(view: ScopedAPIView, connection_id: UUID) -> Connection:
    return get_object_or_404(Connection.objects.visible_to(view.scope), id=connection_id)


class Connections(ScopedAPIView):
    required_permission = {"GET": Permission.CONNECTION_VIEW}

    @describes_list("List connections", ConnectionSerializer)
    def get(self, request: Request) -> Response:
        page = paginate(request, Connection.objects.visible_to(self.scope), order="-id")
        return listed(page, ConnectionSerializer)


class ConnectionDetail(ScopedAPIView):
    required_permission = {"GET": Permission.CONNECTION_VIEW}

    @describes("Get connection", ConnectionSerializer)
    def get(self, _request: Request, connection_id: UUID) -> Response:
        return Response(ConnectionSerializer(one(self, connection_id)).data)


class ConnectionChecks(ScopedAPIView):
    required_permission = {"GET": Permission.CONNECTION_VIEW}

    @describes_list("List connection checks", CheckSerializer, parameters=[GROUP])
    def get(self, request: Request, connection_id: UUID) -> Response:
        """Answers of the last verification, the account's posture among them (`group=posture`)."""
        checks = ConnectionCheck.objects.visible_to(self.scope).of(one(self, connection_id).id)
        group = request.GET.get("group", "")
        found = checks.in_group(CheckGroup(group)) if group in CheckGroup.values else checks
        return listed(paginate(request, found, order="id"), CheckSerializer)


class ConnectionVerify(ScopedAPIView):
    required_permission = {"POST": Permission.CONNECTION_MANAGE}

    @describes_act("Verify connection", OperationReference, status=202)
    @idempotent
    def post(self, _request: Request, connection_id: UUID) -> Response:
        return accepted(connections.verify(scope=self.scope, connection=one(self, connection_id)))


class ConnectionArtefact(ScopedAPIView):
    required_permission = {"GET": Permission.CONNECTION_VIEW}

    @describes("Get connection artefact", ArtefactSerializer)
    def get(self, _request: Request, connection_id: UUID, name: str) -> Response:
        """`cloudformation`, `terraform` or `aws-cli`; all three hold the same permissions."""
        file, text = connections.artefact_of(one(self, connection_id), name)
        return Response({"name": name, "file": file, "text": text})

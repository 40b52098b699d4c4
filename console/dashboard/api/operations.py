"""Operations over the Management API, and the acts on a whole one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ScopedAPIView
from console.kernel.permissions import Permission
from console.operations.actions import operations, retries
from console.operations.models import Operation, StepEvent
from console.web.endpoints import describes, describes_act, describes_list, listed
from console.web.idempotency import dry_runnable, idempotent
from console.web.pagination import paginate

LONGEST_HISTORY = 500
"""Lines; a step that a person tried again a hundred times has no more."""
FIELDS = [
    "id", "kind", "title", "target_type", "target_id", "target_label", "state", "reason", "message",
    "requested_by", "request_id", "created_at", "started_at", "paused_at", "cancelling", "finished_at",
]  # fmt: skip


class OperationSerializer(serializers.ModelSerializer[Operation]):
    class Meta:
        model = Operation
        fields = FIELDS


class LineSerializer(serializers.ModelSerializer[StepEvent]):
    """A state that an operation or a step came to, why, and when."""

    class Meta:
        model = StepEvent
        fields = ["state", "reason", "message", "attempt", "at"]


class OperationHistorySerializer(serializers.ModelSerializer[Operation]):
    history = serializers.SerializerMethodField(help_text="Every state it came to, the oldest first.")

    class Meta:
        model = Operation
        fields = [*FIELDS, "history"]

    @extend_schema_field(LineSerializer(many=True))
    def get_history(self, operation: Operation) -> Any:
        return history_of(operation, "")


def history_of(operation: Operation, step_name: str) -> Any:
    """The history of a step; of the operation itself without a name. The newest lines of a very long one."""
    lines = StepEvent.objects.of_operation(operation).of_step(step_name).newest_first()[:LONGEST_HISTORY]
    return LineSerializer(list(lines)[::-1], many=True).data


def accepted(operation: Operation) -> Response:
    """202: the operation goes on after this answer."""
    where = reverse("api-operation", kwargs={"operation_id": operation.id})
    return Response(OperationSerializer(operation).data, status=202, headers={"Location": where})


class Operations(ScopedAPIView):
    required_permission = {"GET": Permission.OPERATION_VIEW}

    @describes_list("List operations", OperationSerializer)
    def get(self, request: Request) -> Response:
        page = paginate(request, Operation.objects.visible_to(self.scope), order="-id")
        return listed(page, OperationSerializer)


class OperationDetail(ScopedAPIView):
    required_permission = {"GET": Permission.OPERATION_VIEW}

    @describes("Get operation", OperationHistorySerializer)
    def get(self, _request: Request, operation_id: UUID) -> Response:
        operation = get_object_or_404(Operation.objects.visible_to(self.scope), id=operation_id)
        return Response(OperationHistorySerializer(operation).data)


class OperationAct(ScopedAPIView):
    """An act on a whole operation, which answers with what it has become."""

    required_permission = {"POST": Permission.OPERATION_CONTROL}

    def carried_out(self, act: Callable[..., Operation], operation_id: UUID) -> Response:
        operation = get_object_or_404(Operation.objects.visible_to(self.scope), id=operation_id)
        return accepted(act(scope=self.scope, operation=operation))


class OperationRetry(OperationAct):
    @describes_act("Retry operation", OperationSerializer, status=202)
    @idempotent
    def post(self, _request: Request, operation_id: UUID) -> Response:
        return self.carried_out(retries.retry_all, operation_id)


class OperationPause(OperationAct):
    @describes_act("Pause operation", OperationSerializer, status=202)
    @idempotent
    def post(self, _request: Request, operation_id: UUID) -> Response:
        return self.carried_out(operations.pause, operation_id)


class OperationResume(OperationAct):
    @describes_act("Resume operation", OperationSerializer, status=202)
    @idempotent
    def post(self, _request: Request, operation_id: UUID) -> Response:
        return self.carried_out(operations.resume, operation_id)


class OperationCancel(OperationAct):
    @describes_act("Cancel operation", OperationSerializer, status=202, dry=True)
    @dry_runnable
    @idempotent
    def post(self, _request: Request, operation_id: UUID) -> Response:
        return self.carried_out(operations.cancel, operation_id)

"""Operations and their steps over the Management API."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ScopedAPIView
from console.kernel.permissions import Permission
from console.operations.actions import operations, retries
from console.operations.models import Operation, Step
from console.web.endpoints import describes, describes_act, describes_list, listed
from console.web.idempotency import idempotent
from console.web.pagination import paginate


class OperationSerializer(serializers.ModelSerializer[Operation]):
    class Meta:
        model = Operation
        fields = [
            "id", "kind", "title", "target_type", "target_id", "target_label", "state", "reason", "message",
            "requested_by", "request_id", "created_at", "started_at", "finished_at",
        ]  # fmt: skip


class ProviderSerializer(serializers.Serializer[dict[str, object]]):
    """The cloud's own words."""

    code = serializers.CharField()
    message = serializers.CharField()
    status = serializers.IntegerField()
    request_id = serializers.CharField()
    call = serializers.CharField()


class StepSerializer(serializers.ModelSerializer[Step]):
    provider = ProviderSerializer(allow_null=True)

    class Meta:
        model = Step
        fields = [
            "name", "title", "needs", "state", "reason", "message", "who", "fix", "provider", "progress",
            "attempt", "started_at", "finished_at", "changed_at",
        ]  # fmt: skip


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

    @describes("Get operation", OperationSerializer)
    def get(self, _request: Request, operation_id: UUID) -> Response:
        operation = get_object_or_404(Operation.objects.visible_to(self.scope), id=operation_id)
        return Response(OperationSerializer(operation).data)


class OperationSteps(ScopedAPIView):
    required_permission = {"GET": Permission.OPERATION_VIEW}

    @describes_list("List steps", StepSerializer)
    def get(self, request: Request, operation_id: UUID) -> Response:
        operation = get_object_or_404(Operation.objects.visible_to(self.scope), id=operation_id)
        page = paginate(request, Step.objects.visible_to(self.scope).of_operation(operation), order="position")
        return listed(page, StepSerializer)


class OperationRetry(ScopedAPIView):
    required_permission = {"POST": Permission.OPERATION_CONTROL}

    @describes_act("Retry operation", OperationSerializer, status=202)
    @idempotent
    def post(self, _request: Request, operation_id: UUID) -> Response:
        operation = get_object_or_404(Operation.objects.visible_to(self.scope), id=operation_id)
        retries.retry_all(scope=self.scope, operation=operation)
        operation.refresh_from_db()
        return accepted(operation)


class StepRetry(ScopedAPIView):
    required_permission = {"POST": Permission.OPERATION_CONTROL}

    @describes_act("Retry step", StepSerializer, status=202)
    @idempotent
    def post(self, _request: Request, operation_id: UUID, step_name: str) -> Response:
        step = get_object_or_404(Step.objects.visible_to(self.scope), operation_id=operation_id, name=step_name)
        retries.retry(scope=self.scope, step=step)
        step.refresh_from_db()
        return Response(StepSerializer(step).data, status=202)


class OperationCancel(ScopedAPIView):
    required_permission = {"POST": Permission.OPERATION_CONTROL}

    @describes_act("Cancel operation", OperationSerializer, status=202)
    @idempotent
    def post(self, _request: Request, operation_id: UUID) -> Response:
        operation = get_object_or_404(Operation.objects.visible_to(self.scope), id=operation_id)
        operations.cancel(scope=self.scope, operation=operation)
        operation.refresh_from_db()
        return accepted(operation)

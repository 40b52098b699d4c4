"""The steps of operations over the Management API, and the acts on one of them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ScopedAPIView
from console.dashboard.api.operations import LineSerializer, history_of
from console.kernel.permissions import Permission
from console.operations.actions import decisions, retries
from console.operations.actions.decisions import LONGEST_NOTE
from console.operations.models import Operation, Step
from console.web.endpoints import describes, describes_act, describes_list, listed, sent
from console.web.idempotency import dry_runnable, idempotent
from console.web.pagination import paginate

FIELDS = [
    "name", "title", "needs", "state", "reason", "message", "who", "fix", "provider", "progress", "attempt",
    "skippable", "approval", "decision", "lane", "usual_seconds", "started_at", "finished_at", "changed_at",
]  # fmt: skip


class ProviderSerializer(serializers.Serializer[dict[str, object]]):
    """The cloud's own words."""

    code = serializers.CharField()
    message = serializers.CharField()
    status = serializers.IntegerField()
    request_id = serializers.CharField()
    call = serializers.CharField()


class ApprovalSerializer(serializers.Serializer[dict[str, object]]):
    """What a person approves before the step runs."""

    question = serializers.CharField()
    expires_after = serializers.FloatField(help_text="Seconds from the moment when it is asked.")
    permission = serializers.CharField(help_text="Asked of whoever decides, besides operation:approve.")


class DecisionSerializer(serializers.Serializer[dict[str, object]]):
    verdict = serializers.ChoiceField(["approved", "denied"])
    by = serializers.CharField()
    by_id = serializers.CharField()
    note = serializers.CharField()
    at = serializers.DateTimeField()


class StepSerializer(serializers.ModelSerializer[Step]):
    provider = ProviderSerializer(allow_null=True)
    approval = ApprovalSerializer(allow_null=True)
    decision = DecisionSerializer(allow_null=True)

    class Meta:
        model = Step
        fields = FIELDS


class StepHistorySerializer(StepSerializer):
    history = serializers.SerializerMethodField(help_text="Every state it came to, the oldest first.")

    class Meta:
        model = Step
        fields = [*FIELDS, "history"]

    @extend_schema_field(LineSerializer(many=True))
    def get_history(self, step: Step) -> Any:
        return history_of(step.operation, step.name)


class SkipStep(serializers.Serializer[object]):
    reason = serializers.CharField(max_length=LONGEST_NOTE)


class DecideStep(serializers.Serializer[object]):
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True, default="")


class OperationSteps(ScopedAPIView):
    required_permission = {"GET": Permission.OPERATION_VIEW}

    @describes_list("List steps", StepSerializer)
    def get(self, request: Request, operation_id: UUID) -> Response:
        operation = get_object_or_404(Operation.objects.visible_to(self.scope), id=operation_id)
        page = paginate(request, Step.objects.visible_to(self.scope).of_operation(operation), order="position")
        return listed(page, StepSerializer)


class StepDetail(ScopedAPIView):
    required_permission = {"GET": Permission.OPERATION_VIEW}

    @describes("Get step", StepHistorySerializer)
    def get(self, _request: Request, operation_id: UUID, step_name: str) -> Response:
        steps = Step.objects.visible_to(self.scope).select_related("operation")
        step = get_object_or_404(steps, operation_id=operation_id, name=step_name)
        return Response(StepHistorySerializer(step).data)


class StepAct(ScopedAPIView):
    """An act on one step, which answers with what the step has become."""

    required_permission = {"POST": Permission.OPERATION_CONTROL}

    def carried_out(
        self, act: Callable[..., Operation], operation_id: UUID, step_name: str, **said: Any
    ) -> Response:
        step = get_object_or_404(Step.objects.visible_to(self.scope), operation_id=operation_id, name=step_name)
        act(scope=self.scope, step=step, **said)
        step.refresh_from_db()
        return Response(StepSerializer(step).data, status=202)


class StepRetry(StepAct):
    @describes_act("Retry step", StepSerializer, status=202)
    @idempotent
    def post(self, _request: Request, operation_id: UUID, step_name: str) -> Response:
        return self.carried_out(retries.retry, operation_id, step_name)


class StepRetryFrom(StepAct):
    @describes_act("Retry from step", StepSerializer, status=202, dry=True)
    @dry_runnable
    @idempotent
    def post(self, _request: Request, operation_id: UUID, step_name: str) -> Response:
        return self.carried_out(retries.retry_from, operation_id, step_name)


class StepSkip(StepAct):
    @describes_act("Skip step", StepSerializer, status=202, body=SkipStep)
    @idempotent
    def post(self, request: Request, operation_id: UUID, step_name: str) -> Response:
        return self.carried_out(decisions.skip, operation_id, step_name, **sent(SkipStep, request))


class StepApprove(StepAct):
    required_permission = {"POST": Permission.OPERATION_APPROVE}

    @describes_act("Approve step", StepSerializer, status=202, body=DecideStep)
    @idempotent
    def post(self, request: Request, operation_id: UUID, step_name: str) -> Response:
        return self.carried_out(decisions.approve, operation_id, step_name, **sent(DecideStep, request))


class StepDeny(StepAct):
    required_permission = {"POST": Permission.OPERATION_APPROVE}

    @describes_act("Deny step", StepSerializer, status=202, body=DecideStep)
    @idempotent
    def post(self, request: Request, operation_id: UUID, step_name: str) -> Response:
        return self.carried_out(decisions.deny, operation_id, step_name, **sent(DecideStep, request))

"""External secrets: the customer's cloud keeps the value, we keep where it is and whether it can be looked at."""

import re
from uuid import UUID

from django.db import transaction

from accounts.models import Project
from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.queue import Job, enqueue_on_commit
from console.kernel.scope import Scope, of_console
from secrets_app import contents
from secrets_app.actions import secret_versions, secrets
from secrets_app.actions.secret_errors import ProviderNotAvailable, ReferenceUnusable, SecretExists
from secrets_app.actions.secret_names import checked_name, require_own
from secrets_app.actions.secret_versions import Draft
from secrets_app.models import Check, Kind, Provider, Secret
from secrets_app.ports import CloudAway, references

ARN = re.compile(r"arn:aws(-[a-z]+)*:secretsmanager:[a-z0-9-]{4,30}:\d{12}:secret:[A-Za-z0-9/_+=.@!-]{1,512}")
LONGEST_REFERENCE = 400


@transaction.atomic
def refer(
    *,
    scope: Scope,
    name: str,
    reference: str,
    provider: str = Provider.AWS,
    project: Project | None = None,
    description: str = "",
) -> Secret:
    """Keep where a secret of the customer's cloud is, and have it looked at; its value is never read.

    Raises Refused, ProviderNotAvailable, ReferenceUnusable, SecretUnusable and SecretExists.
    """
    scope.require(Permission.SECRET_MANAGE)
    require_own(scope, project)
    _require_reference(provider, reference)
    rows = Secret.objects.visible_to(scope).present().of_project(project.pk if project else None)
    if rows.named(checked_name(name)).exists():
        raise SecretExists(f"There is a secret called {name} here.", todo="Choose another name.", field="name")
    secret = Secret(
        org_id=scope.org_id,
        project=project,
        name=name,
        kind=Kind.EXTERNAL,
        description=description,
        provider=provider,
        reference=reference,
        check_state=Check.PENDING,
        created_by=scope.actor.label[:200],
    )
    secret.save(force_insert=True)
    draft = Draft(contents.reference_text(provider, reference), [], Provider(provider).label, None)
    secret_versions.append(scope, secret, draft)
    audit.record(scope, "secret:referred", secret, provider=provider, reference=reference)
    _look_soon(secret)
    return secret


def _require_reference(provider: str, reference: str) -> None:
    if provider != Provider.AWS:
        raise ProviderNotAvailable(
            f"Secrets of {Provider(provider).label} cannot be referred to yet: regions run on AWS alone so far.",
            todo="Refer to a secret of AWS Secrets Manager, or keep the value here.",
            field="provider",
        )
    if len(reference) > LONGEST_REFERENCE or not ARN.fullmatch(reference):
        raise ReferenceUnusable(
            "This is not the ARN of a secret of AWS Secrets Manager.",
            todo="It reads arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-AbCdEf.",
            field="reference",
        )


@transaction.atomic
def look_again(*, scope: Scope, secret: Secret) -> Secret:
    """Have the reference looked at now. Raises Refused."""
    scope.require(Permission.SECRET_MANAGE)
    locked = secrets.lock(scope, secret)
    locked.check_state = Check.PENDING
    locked.save(update_fields=["check_state"])
    audit.record(scope, "secret:look-requested", locked)
    _look_soon(locked)
    return locked


def _look_soon(secret: Secret) -> None:
    enqueue_on_commit(Job.LOOK_AT_REFERENCE, org_id=str(secret.org_id), secret_id=str(secret.pk))


def look(*, org_id: UUID, secret_id: UUID) -> None:
    """Ask the cloud, outside of any transaction, and keep what it says."""
    scope = of_console(org_id)
    with scope.entered():
        secret = Secret.objects.visible_to(scope).present().of_kind(Kind.EXTERNAL).filter(pk=secret_id).first()
    if secret is None:
        return
    try:
        found = references().look(scope, secret.provider, secret.reference)
        state, message = found.state, found.message
    except CloudAway as error:
        state, message = Check.CANNOT_TELL, str(error)
    with scope.entered():
        rows = Secret.objects.visible_to(scope).filter(pk=secret.pk)
        rows.update(check_state=state, check_message=message[:500], checked_at=now())
        audit.record(scope, "secret:looked-at", secret, verdict=str(state))

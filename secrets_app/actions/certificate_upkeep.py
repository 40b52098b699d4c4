"""What certificates need without being asked: renewal at two thirds, fresh revocation lists."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from console.audit.actions import events as audit
from console.audit.models import Outcome
from console.kernel.clock import now
from console.kernel.errors import ConsoleError
from console.kernel.scope import Scope, of_console
from secrets_app.models import Certificate, CertificateAuthority, CertificateState, Level, RegionTrust
from secrets_app.trust import intermediates, lists

ENGINE = "engine"
TRY_AGAIN = timedelta(minutes=5)


def tend_all(*, at: datetime | None = None) -> None:
    """Every organization that has something due, each in a transaction of its own."""
    moment = at or now()
    for org_id in _due(moment):
        scope = of_console(org_id)
        with scope.entered():
            tend(scope, moment)


def _due(at: datetime) -> set[UUID]:
    renewals = Certificate.objects.using(ENGINE).in_state(CertificateState.VALID).due(at)
    asked = renewals.at_level(Level.INTERMEDIATE).filter(renewal_asked_at=None)
    listed = CertificateAuthority.objects.using(ENGINE).list_due(at)
    return {*asked.values_list("org_id", flat=True), *listed.values_list("org_id", flat=True)}


def tend(scope: Scope, at: datetime) -> None:
    for trust in RegionTrust.objects.visible_to(scope).present().issuing_from_due(at).with_recipient():
        assert trust.intermediate is not None
        Certificate.objects.filter(pk=trust.intermediate.pk).update(renewal_asked_at=at)
        intermediates.ask_for_renewal(scope, trust, why="two thirds of its life are over", now=at)
    for authority in CertificateAuthority.objects.visible_to(scope).list_due(at).with_certificate():
        _list(scope, authority, at)


def _list(scope: Scope, authority: CertificateAuthority, at: datetime) -> None:
    """A key that cannot be had is tried again after a while; regions keep the list they have."""
    try:
        with transaction.atomic():
            lists.issue(scope, authority, now=at)
    except ConsoleError as error:
        authority.list_due_at = at + TRY_AGAIN
        authority.save(update_fields=["list_due_at"])
        audit.record(scope, "revocation-list:not-issued", authority, outcome=Outcome.FAILED, why=str(error))

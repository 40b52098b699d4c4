"""Enrolling an authenticator, showing its code, and the recovery codes for the day it is lost."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.access import codes
from accounts.access.standing import Origin
from accounts.actions.sign_ins import NOWHERE, record
from accounts.models import RecoveryCode, TotpDevice, User
from console.audit.models import Outcome
from console.kernel.clock import now
from console.kernel.errors import Conflict, Invalid

WRONG_CODE = "This code is not right, or it was used before. Take the next one that the app shows."
WRONG_RECOVERY_CODE = "This recovery code is not right, or it was used before."


class CodeWrong(Invalid):
    code = "code_wrong"
    title = "The code is not right"


class CodeLocked(Conflict):
    code = "code_locked"
    title = "Too many wrong codes"


class EnrolmentOver(Conflict):
    code = "enrolment_over"
    title = "The enrolment is over"


@transaction.atomic
def begin_enrolment(*, user: User) -> TotpDevice:
    """Make a pending authenticator with a secret of its own; an earlier pending one is forgotten."""
    TotpDevice.objects.of(user.pk).pending().delete()
    return TotpDevice.objects.create(user=user, secret=codes.new_secret())


def confirm_enrolment(
    *, user: User, device_id: UUID, code: str, origin: Origin, at: datetime | None = None
) -> list[str]:
    """Confirm the pending authenticator by a code it shows; return new recovery codes, in clear only here.

    Raises CodeWrong, or EnrolmentOver if another tab began or finished an enrolment meanwhile.
    """
    device = TotpDevice.objects.of(user.pk).pending().filter(pk=device_id).first()
    if device is None:
        raise EnrolmentOver("This QR code is no longer valid.", todo="Load the page again and scan the new one.")
    at = at or now()
    counter = codes.matching_counter(str(device.secret), code, at=at)
    if counter is None:
        raise CodeWrong(WRONG_CODE, field="code")
    with transaction.atomic():
        TotpDevice.objects.of(user.pk).confirmed().delete()
        confirmed = TotpDevice.objects.pending().filter(pk=device.pk).update(confirmed_at=at, last_counter=counter)
        if not confirmed:
            raise EnrolmentOver("This authenticator was confirmed in another window.")
        record(user=user, event="authenticator:enrolled", origin=origin)
        return _replace_recovery_codes(user)


@transaction.atomic
def enrol_totp(*, user: User, secret: str = "", at: datetime | None = None) -> list[str]:
    """Give a person a confirmed authenticator of a known secret at once; return their recovery codes."""
    TotpDevice.objects.of(user.pk).delete()
    TotpDevice.objects.create(user=user, secret=secret or codes.new_secret(), confirmed_at=at or now())
    record(user=user, event="authenticator:enrolled", origin=NOWHERE)
    return _replace_recovery_codes(user)


def show_code(*, user: User, code: str, origin: Origin, at: datetime | None = None) -> None:
    """Accept a code once. Raises CodeWrong, or CodeLocked after five wrong ones in a row.

    The attempt is counted in PostgreSQL before it is judged, and the counter moves by compare-and-set.
    """
    at = at or now()
    device = TotpDevice.objects.of(user.pk).confirmed().first()
    if device is None:
        raise CodeWrong(WRONG_CODE, field="code")
    if not TotpDevice.objects.claim_attempt(device.pk, at=at):
        record(user=user, event="code:shown", origin=origin, outcome=Outcome.REFUSED, reason="locked")
        raise CodeLocked(
            "Too many wrong codes in a row.", todo="Wait five minutes, or use a recovery code.", field="code"
        )
    counter = codes.matching_counter(str(device.secret), code, at=at)
    if counter is None or not TotpDevice.objects.move_counter(device.pk, counter=counter):
        reason = "wrong" if counter is None else "used before"
        record(user=user, event="code:shown", origin=origin, outcome=Outcome.REFUSED, reason=reason)
        raise CodeWrong(WRONG_CODE, field="code")


def use_recovery_code(*, user: User, code: str, origin: Origin, at: datetime | None = None) -> None:
    """Use up a recovery code. Raises CodeWrong if it is none of theirs or was used."""
    used = RecoveryCode.objects.use(user.pk, digest=codes.recovery_digest(code), at=at or now())
    outcome = Outcome.SUCCEEDED if used else Outcome.REFUSED
    record(user=user, event="recovery-code:used", origin=origin, outcome=outcome)
    if not used:
        raise CodeWrong(WRONG_RECOVERY_CODE, field="code")


@transaction.atomic
def renew_recovery_codes(*, user: User, origin: Origin) -> list[str]:
    """Replace every recovery code; return the new ones, in clear only here."""
    record(user=user, event="recovery-code:renewed", origin=origin)
    return _replace_recovery_codes(user)


def _replace_recovery_codes(user: User) -> list[str]:
    made = codes.new_recovery_codes()
    RecoveryCode.objects.of(user.pk).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=codes.recovery_digest(code)) for code in made)
    return made

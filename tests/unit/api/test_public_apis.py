"""What the world sees of the public APIs, told to machines."""

import pytest

from accounts.models import Organization
from console.kernel.clock import now
from secrets_app.models import WatchedCertificate
from secrets_app.models.watched import PLATFORM
from tests.unit.api.conftest import Machine

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_a_machine_reads_its_own_and_everybodys(acme: Organization, reader: Machine, foreign: Machine) -> None:
    for org_id, api, host in ((PLATFORM, "management", "console.example"), (acme.id, "execution", "exec.example")):
        WatchedCertificate.objects.using("owner").create(
            org_id=org_id, api=api, host=host, state="wrong_name", finding="It is for a.example.", not_after=now()
        )
    ours, theirs = (machine.get("certificates/public-apis").json()["items"] for machine in (reader, foreign))
    assert [each["host"] for each in ours] == ["console.example", "exec.example"]
    assert [each["host"] for each in theirs] == ["console.example"]
    assert ours[0]["finding"] == "It is for a.example."
    assert ours[1]["region_id"] is None

"""Server time of every page, against Django's own admin list of one row in the same process."""

from django.test import Client

from console.operations.states import OperationState
from tests.benchmarks import world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated
from tests.benchmarks.timing import milliseconds, p95
from tests.signing_in import sign_in

REGIONS, SECRETS = 50, 50


def main() -> None:
    with migrated():
        made = world.make("bench")
        regions = world.add_regions(made, REGIONS)
        world.add_resources(made, regions[0])
        secret = world.add_secrets(made, SECRETS)
        operation = world.add_provisioning(made, regions[0], state=OperationState.RUNNING)
        client = sign_in(Client(), made.user)
        found = {path: _time(client, path) for path in _paths(made, regions[0].id, operation, secret.pk)}
        made.user.is_staff = True
        made.user.save(update_fields=["is_staff"])
        against = _time(client, "/admin/accounts/organization/")
        for path, value in found.items():
            print(f"{value:8.1f} ms p95  {path}")
        slowest = max(found.values())
        say(
            "page_server_time",
            value=slowest,
            unit="ms",
            ratio=slowest / against,
            against="django_admin_list_of_one",
        )


def _paths(made: world.World, region: object, operation: object, secret: object) -> list[str]:
    home = f"/o/{made.organization.slug}/"
    return [
        home, f"{home}operations/", f"{home}operations/{operation}/", f"{home}regions/",
        f"{home}regions/{region}/",
        f"{home}regions/{region}/resources/", f"{home}regions/{region}/timing", f"{home}connections/",
        f"{home}connections/{made.connection.id}/", f"{home}onboarding/", f"{home}audit/", f"{home}access/",
        f"{home}keys/", f"{home}keys/rotations/", f"{home}projects/", f"{home}secrets/",
        f"{home}secrets/{secret}/",
        f"{home}secrets/{secret}/compare/", f"{home}secrets/new/generic/", f"{home}certificates/",
        f"{home}certificates/list/", f"{home}certificates/planes/main/", f"{home}audit/verify/",
        f"{home}audit/history/secret/{secret}/", f"{home}settings/data/", "/healthz", "/account/login/",
    ]  # fmt: skip


def _time(client: Client, path: str) -> float:
    def call() -> None:
        response = client.get(path, follow=path.startswith("/account"))
        assert response.status_code == 200, (path, response.status_code)

    return p95(milliseconds(call))

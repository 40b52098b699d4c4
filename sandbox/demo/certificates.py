"""Certificates of the demo organization's apps, and a second application plane that waits for its first region."""

from accounts.actions import planes
from accounts.models import ApplicationPlane
from console.kernel.scope import Scope
from sandbox.demo import people
from sandbox.demo.road import until
from secrets_app.actions import authorities, certificates
from secrets_app.models import Certificate, CertificateAuthority, Level, Recipient

APPS = {
    "payments": ("ledger", "cards", "settlement", "fraud"),
    "open-banking": ("gateway", "consent"),
}
STAGING = ("eu-staging", "EU staging")


def fill() -> None:
    """Ask for what is missing, and wait until the region has issued it and the console has verified it."""
    alice = people.scope_of(people.email_of("owner"))
    with alice.entered():
        _staging(alice)
        regions = [each.region_id for each in Recipient.objects.visible_to(alice).present()]
        for region_id in regions:
            for project, apps in APPS.items():
                for app in apps:
                    certificates.issue(scope=alice, region_id=region_id, app=app, project=project)
    wanted = len(regions) * sum(len(apps) for apps in APPS.values())
    until(lambda: str(_listed(alice) >= wanted), lambda enough: enough == "True")


def _staging(scope: Scope) -> None:
    slug, name = STAGING
    plane: ApplicationPlane | None = ApplicationPlane.objects.visible_to(scope).of_slug(slug).first()
    plane = plane or planes.create(scope=scope, slug=slug, name=name)
    if not CertificateAuthority.objects.visible_to(scope).of_plane(plane.id).exists():
        authorities.create_plane_root(scope=scope, plane_id=plane.id)


def _listed(scope: Scope) -> int:
    with scope.entered():
        return int(Certificate.objects.visible_to(scope).at_level(Level.LEAF).in_use().count())

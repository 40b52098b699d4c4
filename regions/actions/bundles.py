"""The permission bundle of a connection: the code's, with the roles for people as its customer wants them."""

from console.kernel.errors import Conflict
from console.kernel.scope import Scope
from regions.models import BundleVersion, Connection
from regions.permissions.bundle import Bundle, tailored
from regions.questionnaire import codec
from regions.spec import Tailoring


class PermissionsOutdated(Conflict):
    code = "permissions_outdated"
    title = "The permissions are out of date"


def newest(*, scope: Scope, connection: Connection) -> BundleVersion | None:
    """None while nothing has been changed."""
    rows = BundleVersion.objects.visible_to(scope).of_connection(connection)
    found: BundleVersion | None = rows.newest_first().first()
    return found


def tailoring(*, scope: Scope, connection: Connection) -> Tailoring:
    return tailoring_of(newest(scope=scope, connection=connection))


def tailoring_of(version: BundleVersion | None) -> Tailoring:
    return codec.from_document(Tailoring, version.tailoring) if version else Tailoring()


def bundle_of(version: BundleVersion | None) -> Bundle:
    return tailored(tailoring_of(version))


def present(*, scope: Scope, connection: Connection) -> Bundle:
    """What the connection should have been verified with."""
    return bundle_of(newest(scope=scope, connection=connection))


def outdated(*, scope: Scope, connection: Connection) -> bool:
    """Whether the permissions are others than those that were last verified."""
    known = connection.bundle_version
    return bool(known) and known != present(scope=scope, connection=connection).version


def require_verified(*, scope: Scope, connection: Connection) -> None:
    """Raises PermissionsOutdated."""
    if outdated(scope=scope, connection=connection):
        raise PermissionsOutdated(
            f"The permissions of {connection.name} were changed and not verified since.",
            todo="Verify the connection, then try again.",
        )

"""Who does what: the shared-responsibility table of the technical overview "Bring Your Own Cloud"."""

from dataclasses import dataclass

VERSION = "1"
DOES, NOTHING = "does", ""


@dataclass(frozen=True, slots=True)
class Duty:
    area: str
    duty: str
    customer: str
    vendor: str


def _customer(area: str, duty: str) -> Duty:
    return Duty(area, duty, DOES, NOTHING)


def _vendor(area: str, duty: str) -> Duty:
    return Duty(area, duty, NOTHING, DOES)


DUTIES: tuple[Duty, ...] = (
    _customer("Account", "Set up a dedicated cloud account with privileged roles that are not for humans"),
    _customer("Account", "Say which human roles and permissions security and compliance require"),
    _vendor("Account", "Verify remote access"),
    _customer("Bootstrapping", "Review the default network, compute and persistence"),
    _customer("Bootstrapping", "Recommend changes for performance, recovery objectives or cost"),
    _customer("Bootstrapping", "Integrate cloud security services for audit logging"),
    _vendor("Bootstrapping", "Provision and validate the infrastructure"),
    _vendor("Bootstrapping", "Configure the infrastructure"),
    _vendor("Bootstrapping", "Create IAM roles for human users"),
    _vendor("Maintenance", "Patch and upgrade control plane and application plane"),
    _customer("Data encryption", "Establish secrets that come from your key management store"),
    _vendor("Data encryption", "Rotate secrets and keys of control plane and application planes"),
    _vendor(
        "Data encryption",
        "Create the root certificate of the application plane and the regions' intermediates",
    ),
    _customer("Monitoring", "Export metrics, logs and traces of apps to your observability tools"),
    _vendor("Monitoring", "Watch and keep available the control plane and every application plane"),
    _vendor("Backup and recovery", "Back up infrastructure and persistence"),
    _vendor("App elasticity", "Add and remove compute and persistence to follow traffic"),
)

OWN_KEY = "Keep the KMS key usable by the region's roles, and rotate it"
OWN_ISSUER = "Sign certificate requests of the region before they expire"


def duties(*, own_key: bool, own_issuer: bool) -> tuple[Duty, ...]:
    """The table, with the lines that two of the answers add."""
    lines = {OWN_KEY: own_key, OWN_ISSUER: own_issuer}
    return (*DUTIES, *(_customer("Data encryption", line) for line, wanted in lines.items() if wanted))

"""Every kind of datum that the console holds: where, for how long, under which key.

The page of data residency is drawn from here. A guard test reads every model of the product and every encrypted
column, and fails when one is missing here, is gone, or is under another key than is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    DATABASE = "Database"
    KEK_STORE = "Key store, outside the database"
    BUCKET = "Bucket in your cloud account"
    BROKER = "Broker and cache, in memory"
    LOGS = "Logs of the console"
    REGION = "Your region alone"


class Key(StrEnum):
    """What the console itself does; disks and backups are encrypted by the installation besides."""

    CLEAR = "Not encrypted by the console"
    ORGANIZATION = "A data key of its own, under your organization's KEK"
    AUTHORITY = "A data key of its own, under the KEK of that authority"
    PLATFORM = "A data key of its own, under the platform's KEK"
    DIGEST = "Only its SHA-256 digest is kept"
    PASSWORD = "Only its Argon2 hash is kept"  # noqa: S105  a sentence, not a password
    WRAPPED = "Wrapped by your organization's KEK"
    ROOT = "Wrapped by the root: a file of the installation, or your own KMS key"
    SEALED = "Sealed to the region's public key"
    SIGNED = "Signed, with a random text of 256 bits that names nothing"


STAYS = "As long as the organization"
PERSON = "As long as the person's account"


@dataclass(frozen=True, slots=True)
class Datum:
    what: str
    detail: str
    kept: str
    key: Key = Key.CLEAR
    place: Place = Place.DATABASE
    tables: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    """Encrypted columns, as `app.Model.field`; what `key` says holds for them alone."""
    personal: bool = False
    """Names a person, or tells what one did."""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    data: Sequence[Datum]


GROUPS: tuple[Group, ...] = (
    Group("Organization and people", (
        Datum("Organization", "Its name and address.", STAYS, tables=("accounts_organization",)),
        Datum("People", "Name, e-mail address, whether they work for the vendor.", PERSON, personal=True,
              tables=("accounts_user", "account_emailaddress", "account_emailconfirmation")),
        Datum("Passwords", "What people sign in with.", PERSON, Key.PASSWORD, personal=True),
        Datum("Authenticators", "The secret from which one-time codes are computed.",
              "Until it is replaced or reset", Key.PLATFORM, tables=("accounts_totpdevice",),
              fields=("accounts.TotpDevice.secret",), personal=True),
        Datum("Recovery codes", "Each replaces the authenticator once.", "Until they are renewed", Key.DIGEST,
              tables=("accounts_recoverycode",), personal=True),
        Datum("Memberships and invitations", "Who belongs to the organization, in which role.", STAYS,
              personal=True, tables=("accounts_membership", "accounts_invitation")),
        Datum("Engagements", "Which of the vendor's staff may see the organization, why and until when.", STAYS,
              personal=True, tables=("accounts_engagement",)),
        Datum("API tokens", "Name, role and last use; the token itself is shown once.", STAYS, Key.DIGEST,
              tables=("accounts_apitoken",)),
        Datum("Sessions", "That a browser is signed in, and with which factors.", "12 hours, or until signing out",
              personal=True, tables=("django_session",)),
        Datum("Projects and application planes", "Names and descriptions.", STAYS,
              tables=("accounts_project", "accounts_applicationplane")),
    )),
    Group("Secrets", (
        Datum("Values of secrets", "Every version of every secret, its names of entries in clear beside it.",
              "Until the secret is deleted", Key.ORGANIZATION, tables=("secrets_app_secretversion",),
              fields=("secrets_app.SecretVersion.value",)),
        Datum("What a secret is",
              "Name, kind, project, schedule; of an external one the reference, never the value.", STAYS,
              tables=("secrets_app_secret",)),
        Datum("Where secrets go", "Which version each region should have and has, and its public key.", STAYS,
              tables=("secrets_app_recipient", "secrets_app_secretdelivery")),
        Datum("Secrets on their way to a region", "One sealed file a version; only the region opens it.",
              "Until the version ends, in a bucket that is yours", Key.SEALED, Place.BUCKET),
    )),
    Group("Keys", (
        Datum("Data keys", "One for every encrypted value.", "As long as the value", Key.WRAPPED,
              tables=("encryption_dek",)),
        Datum("Key-encryption keys", "Every version that still opens something.",
              "Destroyed after the hold that follows a rotation", Key.ROOT, Place.KEK_STORE),
        Datum("Rotation of keys", "Schedule, progress, and rehearsals of a withdrawn key.", STAYS,
              tables=("encryption_key_policy", "encryption_rotation", "encryption_work_range",
                      "encryption_rehearsal")),
    )),
    Group("Certificates", (
        Datum("Private keys of root authorities", "They sign intermediates and lists, nothing else.",
              "Until the root is removed", Key.AUTHORITY, tables=("secrets_app_certificateauthority",),
              fields=("secrets_app.CertificateAuthority.private_key",)),
        Datum("Certificates, lists and bundles", "Public by nature.", STAYS,
              tables=("secrets_app_certificate", "secrets_app_revocationlist", "secrets_app_trustbundle",
                      "secrets_app_regiontrust", "secrets_app_wantedleaf", "secrets_app_watchedcertificate")),
        Datum("Private keys of regions and apps", "Made in the region; the console never sees them.",
              "Decided by the region", Key.CLEAR, Place.REGION),
    )),
    Group("Regions and your cloud account", (
        Datum("Connections", "Account number, role and external id, what verification found, who changed the "
              "roles for people. No credential: the console borrows a role for an hour.", STAYS, personal=True,
              tables=("regions_connection", "regions_connectioncheck", "regions_bundleversion")),
        Datum("Onboarding and plans", "Answers, comments, plans, and who signed them.", STAYS, personal=True,
              tables=("regions_onboarding", "regions_answer", "regions_planversion", "regions_signature")),
        Datum("Regions and their resources", "What should be and what the cloud says is there.", STAYS,
              tables=("regions_region", "regions_resource")),
        Datum("Drift", "What differed from the plan, who changed it by your account's CloudTrail, and what was "
              "done about it.", "Findings stay; scans are kept for 30 days", personal=True,
              tables=("regions_driftwatch", "regions_driftscan", "regions_finding", "regions_override")),
        Datum("Regions that leave", "Holds with their reason, what was found left over, and the signed "
              "certificate of deletion.", STAYS, personal=True,
              tables=("regions_regionhold", "regions_leftover", "regions_deletioncertificate")),
        Datum("Changes of regions", "What was shown for approval, who asked and who decided.", STAYS,
              personal=True, tables=("regions_regionchange",)),
        Datum("Operations", "Steps, what the cloud answered, who asked for them.", STAYS, personal=True,
              tables=("operations_operation", "operations_step", "operations_step_event")),
        Datum("Your apps' data and logs", "They stay in your account; the console never has them.",
              "Decided by you", Key.CLEAR, Place.REGION),
    )),
    Group("Audit and traces", (
        Datum("Audit events", "What happened, who, when, from which address and browser; never a secret's value.",
              "Retention of the audit trail", personal=True, tables=("audit_event",)),
        Datum("Chain of the audit trail", "Links, tombstones and checkpoints, which outlive the events.", STAYS,
              Key.SIGNED, tables=("audit_link", "audit_checkpoint", "audit_tombstone", "audit_retention",
              "audit_verification")),
        Datum("Key that signs checkpoints", "The platform's; its public half is in every export.",
              "Kept after it retires, so that old signatures can be checked", Key.PLATFORM,
              tables=("audit_signing_key",), fields=("audit.AuditSigningKey.private_key",)),
        Datum("Answers to repeated API calls", "So that a call with the same Idempotency-Key is not done twice; "
              "answers with a secret are not kept.", "24 hours", tables=("web_idempotencykey",)),
        Datum("Log lines", "Times, request ids and addresses; no names, no values.",
              "Decided by the installation", Key.CLEAR, Place.LOGS, personal=True),
        Datum("Messages and cached answers", "Ids, and counts of failed sign-ins by address.",
              "Minutes; nothing is lost with them", Key.CLEAR, Place.BROKER),
    )),
)  # fmt: skip

NO_CUSTOMER_DATA: dict[str, str] = {
    "auth_group": "Django's groups, which nobody is in.",
    "auth_group_permissions": "Django's groups, which nobody is in.",
    "auth_permission": "Names of Django's own permissions.",
    "django_admin_log": "The vendor's site only reads, so it stays empty.",
    "django_content_type": "Names of models.",
    "operations_worker_heartbeat": "Names of worker processes and when they were last seen.",
}
"""Tables that hold nothing of anybody, each with its reason."""


def data() -> list[Datum]:
    return [datum for group in GROUPS for datum in group.data]

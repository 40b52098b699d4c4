"""Keys, certificates, and who watches."""

import re

from regions.questionnaire.answers import Answers
from regions.questionnaire.questions import Choice, Kind, Question, Section

KEY_ARN = re.compile(
    r"arn:aws:kms:[a-z0-9-]+:\d{12}:key/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)
ZONE = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def own_key(answers: Answers) -> bool:
    return answers.text("key_owner") == "customer"


def exports_telemetry(answers: Answers) -> bool:
    return answers.text("observability_target") != "none"


def key_arn(text: str) -> str:
    if KEY_ARN.fullmatch(text):
        return ""
    return (
        "This is not the ARN of a KMS key: one has the form "
        "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab. An alias does not do."
    )


def dns_zone(text: str) -> str:
    if ZONE.fullmatch(text):
        return ""
    return f"“{text[:60]}” is not a domain name in small letters, as in eu.company.example."


ENCRYPTION = Section(
    "encryption",
    "Encryption keys",
    "The key that encrypts database, volumes, buckets and logs of the region.",
    (
        Question(
            "key_owner",
            "Who owns the key",
            Kind.CHOICE,
            default="vendor",
            choices=(
                Choice("vendor", "We create it", "A KMS key in your account, rotated each year."),
                Choice("customer", "You bring it", "Your key policy must let the region's roles use it."),
            ),
            immutable=True,
        ),
        Question(
            "kms_key_arn",
            "ARN of your KMS key",
            Kind.TEXT,
            hint="Symmetric, in the same AWS region.",
            asked_if=own_key,
            check=key_arn,
            immutable=True,
        ),
    ),
)

CERTIFICATES = Section(
    "certificates",
    "Certificates",
    "Names of the region, and who vouches for them.",
    (
        Question(
            "dns_zone",
            "Domain of the region",
            Kind.TEXT,
            hint="A Route 53 zone of this name is made in your account; you delegate it. "
            "Empty: a name of ours is used.",
            placeholder="eu.company.example",
            required=False,
            check=dns_zone,
            immutable=True,
        ),
        Question(
            "certificate_issuer",
            "Issuer of the public certificates",
            Kind.CHOICE,
            hint="Mutual TLS inside the application plane always uses its own root certificate.",
            default="lets-encrypt",
            choices=(
                Choice("lets-encrypt", "Let's Encrypt", "Proved through the region's DNS zone."),
                Choice("customer", "Your own authority", "You sign requests that the region makes."),
                Choice("aws", "AWS Certificate Manager", "TLS ends at the load balancer and begins anew."),
            ),
        ),
    ),
)

AUDIT = Section(
    "audit",
    "Audit services",
    "What you run yourself in the account. We neither need nor change it.",
    (
        Question(
            "audit_services",
            "Services you run",
            Kind.CHOICES,
            hint="Yours to switch on and keep, apart from our provisioning.",
            default=(),
            choices=(
                Choice("guardduty", "Amazon GuardDuty"),
                Choice("config", "AWS Config"),
                Choice("cloudtrail", "AWS CloudTrail"),
            ),
            required=False,
            recorded_only=True,
        ),
    ),
)

OBSERVABILITY = Section(
    "observability",
    "Observability",
    "Where metrics, logs and traces of your apps go, and how long platform logs stay.",
    (
        Question(
            "observability_target",
            "Export of your apps' telemetry",
            Kind.CHOICE,
            hint="You are responsible for watching your apps; exporters are set up per project.",
            default="none",
            choices=(
                Choice("none", "Decide later"),
                Choice("otlp", "OpenTelemetry (OTLP)"),
                Choice("prometheus", "Prometheus"),
                Choice("splunk-hec", "Splunk"),
                Choice("azure-monitor", "Azure Monitor"),
                Choice("google-cloud", "Google Cloud Operations"),
            ),
            recorded_only=True,
        ),
        Question(
            "observability_endpoint",
            "Endpoint of the export",
            Kind.TEXT,
            hint="Host and port, without credentials: those are stored as secrets later.",
            placeholder="otel.company.example:4317",
            required=False,
            asked_if=exports_telemetry,
            recorded_only=True,
        ),
        Question(
            "log_retention_days",
            "Platform logs are kept",
            Kind.CHOICE,
            default="30",
            choices=tuple(Choice(str(days), f"{days} days") for days in (7, 14, 30, 60, 90, 180, 365)),
        ),
    ),
)

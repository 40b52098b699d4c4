"""The demo organization's project and secrets, through the actions that people's clicks call."""

import base64
import secrets as random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.actions import projects
from accounts.models import Project
from console.kernel.scope import Scope
from regions.models import Connection
from sandbox.customer.account import Account
from sandbox.demo import people
from sandbox.ports import Ports
from secrets_app.actions import references, secret_upkeep, secrets
from secrets_app.kinds import generated
from secrets_app.models import Secret

PROJECTS = {
    "payments": "Card and Swish payments of the bank.",
    "open-banking": "Interfaces that partners call.",
}
SOON = timedelta(days=9)
YEARS = timedelta(days=5 * 365)


def fill(ports: Ports) -> None:
    """Make what is missing; what is there is left as people made it."""
    alice = people.scope_of(people.email_of("owner"))
    with alice.entered():
        made = {name: _project(alice, name) for name in PROJECTS}
        for name, make in _secrets(alice, made).items():
            if not Secret.objects.visible_to(alice).named(name).exists():
                make()
    _refer(ports, alice)


def _project(scope: Scope, name: str) -> Project:
    found: Project | None = Project.objects.visible_to(scope).named(name).first()
    return found or projects.create(scope=scope, name=name, description=PROJECTS[name])


def _secrets(scope: Scope, made: dict[str, Project]) -> dict[str, Callable[[], object]]:
    payments, partners = made["payments"], made["open-banking"]
    return {
        "payments-db": lambda: _database(scope, payments),
        "swish-signing-key": lambda: secrets.put(
            scope=scope, name="swish-signing-key", kind="asymmetric", project=payments,
            values=generated("asymmetric", "ecdsa-p256"), description="Signs payment orders to Swish.",
        ),
        "partner-tls": lambda: _tls(scope, partners),
        "bankid-ca": lambda: _authority(scope),
        "otlp-token": lambda: secrets.put(
            scope=scope, name="otlp-token", kind="symmetric", values=generated("symmetric", "256"),
            description="Signs what the collectors send.",
        ),
        "fraud-model.p12": lambda: secrets.put(
            scope=scope, name="fraud-model.p12", project=payments,
            values={"model.p12": random.token_bytes(21_400)}, description="Key store of the fraud model's server.",
        ),
    }  # fmt: skip


def _database(scope: Scope, project: Project) -> None:
    """Rotated once: the earlier password is still valid for its grace time."""
    first = {"username": b"ledger", "host": b"ledger.payments.internal", "password": _password()}
    secret = secrets.put(
        scope=scope, name="payments-db", project=project, values=first, description="The ledger's own database."
    )
    secret_upkeep.schedule(scope=scope, secret=secret, rotate_days=90, grace_hours=72)
    secrets.rotate(scope=scope, secret=secret, values={"password": _password()})
    secret.refresh_from_db()
    secrets.reveal(
        scope=scope, secret=secret, key="username", reason="Case 4029, user name asked by the ledger team"
    )


def _password() -> bytes:
    return base64.b64encode(random.token_bytes(18))


def _tls(scope: Scope, project: Project) -> None:
    certificate, key = _certificate("partners.norrland.example", SOON, ca=False)
    secrets.put(
        scope=scope, name="partner-tls", kind="tls", project=project,
        values={"tls.crt": certificate, "tls.key": key}, description="Presented to partners; renewed by hand.",
    )  # fmt: skip


def _authority(scope: Scope) -> None:
    certificate, _ = _certificate("BankID test authority", YEARS, ca=True)
    secrets.put(
        scope=scope, name="bankid-ca", kind="tls-ca", values={"ca.crt": certificate},
        description="Trusted for answers of BankID.",
    )  # fmt: skip


def _certificate(name: str, lifetime: timedelta, *, ca: bool) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    began = datetime.now(UTC) - timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + lifetime)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    written = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem, written


def _refer(ports: Ports, scope: Scope) -> None:
    """The customer keeps one secret in its own account, and lets the console look at it by tagging it."""
    with scope.entered():
        if Secret.objects.visible_to(scope).named("ledger-api").exists():
            return
        project = _project(scope, "payments")
    arn = _kept_by_the_customer(ports, scope)
    with scope.entered():
        references.refer(
            scope=scope,
            name="ledger-api",
            project=project,
            reference=arn,
            description="Rotated by the ledger's own team.",
        )


def _kept_by_the_customer(ports: Ports, scope: Scope) -> str:
    with scope.entered():
        connection = Connection.objects.visible_to(scope).to_account("aws", people.ACCOUNT_ID).get()
    client = Account(ports.aws, people.ACCOUNT_ID, people.AWS_REGION).client("secretsmanager")
    tags = [{"Key": "byoc:connection", "Value": str(connection.id)}]
    try:
        made = client.create_secret(Name="ledger/api", SecretString=random.token_urlsafe(24), Tags=tags)
    except client.exceptions.ResourceExistsException:
        made = client.describe_secret(SecretId="ledger/api")
    return str(made["ARN"])

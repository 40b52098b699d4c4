"""What the sandbox tells the product, which knows it through environment variables alone."""

from pathlib import Path

from sandbox.passwords import Passwords
from sandbox.ports import Ports
from sandbox.postgres import DATABASE, PostgreSQL
from sandbox.valkey import Valkey

VENDOR_ACCOUNT = "111111111111"
TEMPLATE_BUCKET = "byoc-templates"
PRINCIPAL = f"arn:aws:iam::{VENDOR_ACCOUNT}:user/byoc-control-plane"


def servers(
    postgres: PostgreSQL, valkey: Valkey, *, database: str = DATABASE, broker_database: int = 0
) -> dict[str, str]:
    """Where database and broker are."""
    return {
        "DATABASE_URL": postgres.url("app", database),
        "DATABASE_OWNER_URL": postgres.url("owner", database),
        "DATABASE_ENGINE_URL": postgres.url("engine", database),
        "BROKER_URL": valkey.url(broker_database),
    }


def product(ports: Ports, passwords: Passwords, *, kek: Path) -> dict[str, str]:
    """Everything else but the keys of the control plane, which the AWS front door makes."""
    return {
        "SECRET_KEY": passwords.secret_key,
        "KEK_STORE": f"file:{kek}",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports.aws}",
        "CONTROL_PLANE_PRINCIPAL_ARN": PRINCIPAL,
        "TEMPLATE_BUCKET": TEMPLATE_BUCKET,
        "DNS_RESOLVERS": f"127.0.0.1:{ports.dns}",
        "EGRESS_ALLOW": f"127.0.0.1:{ports.aws},localhost:{ports.tls}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "LOG_FORMAT": "text",
        "PYTHONUNBUFFERED": "1",
    }


def public_apis(ports: Ports, *, authority: Path) -> dict[str, str]:
    """What is watched from outside: the TLS listener, under the sandbox's own authority."""
    return {"MANAGEMENT_API": f"localhost:{ports.tls}", "PUBLIC_TRUST": str(authority)}


def control_plane(keys: dict[str, str]) -> dict[str, str]:
    """The control plane's own user, as the AWS front door gave it."""
    return {
        "AWS_ACCESS_KEY_ID": keys["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
        "CONTROL_PLANE_PRINCIPAL_ARN": keys["principal_arn"],
        "TEMPLATE_BUCKET": keys["template_bucket"],
    }

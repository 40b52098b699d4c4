"""Host names of apps, and the distinguished names of authorities."""

import re

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from secrets_app.pki.keys import key_identifier
from secrets_app.pki.refusals import PkiRefused, Reason

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""RFC 1123, 2.1: letters, digits and inner hyphens, 63 octets; lower case, since DNS compares so."""

HOST_OCTETS = 253
"""RFC 1035, 3.1: 255 octets on the wire, length octets and the root included."""

NAME_CHARACTERS = 64
"""RFC 5280, appendix A.1: ub-common-name and ub-organization-name."""

SERVICES = "svc"


class NameRefused(PkiRefused):
    code = "certificate_name_refused"
    title = "A name cannot stand in a certificate"


def label(text: str) -> str:
    """Return `text` if it is a DNS label. Raise NameRefused otherwise."""
    if not LABEL.fullmatch(text):
        raise NameRefused(
            Reason.WRONG_NAME,
            f"{text[:80]!r} is not a DNS label.",
            todo="Use up to 63 lower-case letters, digits and hyphens, with no hyphen at either end.",
        )
    return text


def host(text: str) -> str:
    """Return `text` if it is a host name of two labels or more. Raise NameRefused otherwise."""
    labels = [label(part) for part in text.split(".")]
    if len(labels) < 2 or labels[-1].isdigit():
        raise NameRefused(Reason.WRONG_NAME, f"{text!r} is not a full host name.", todo="Give its domain as well.")
    if len(text) > HOST_OCTETS:
        raise NameRefused(
            Reason.WRONG_NAME,
            f"{text[:80]}… has {len(text)} characters; a host name has at most {HOST_OCTETS}.",
            todo="Shorten the names of app and project, or the region's host.",
        )
    return text


def services_host(region_host: str) -> str:
    """The subtree that a region's intermediate is limited to."""
    return host(f"{SERVICES}.{region_host}")


def app_host(app: str, project: str, region_host: str) -> str:
    """`<app>.<project>.svc.<region host>`. Raise NameRefused if that is not a host name."""
    return host(f"{label(app)}.{label(project)}.{services_host(region_host)}")


def is_within(name: str, subtree: str) -> bool:
    """RFC 5280, 4.2.1.10: a DNS constraint covers itself and what has labels in front of it."""
    return name == subtree or name.endswith("." + subtree)


def authority(organization: str, common_name: str, key: ec.EllipticCurvePublicKey) -> x509.Name:
    """Name an authority so that two keys never share one name: the serial number is its key's identifier."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(organization)),
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(common_name)),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, key_identifier(key).hex()[:16]),
        ]
    )


def _cut(text: str) -> str:
    printable = "".join(character for character in text if character.isprintable()).strip()
    if not printable:
        raise NameRefused(Reason.WRONG_NAME, "An authority needs a name of its own.", todo="Give it a name.")
    return printable if len(printable) <= NAME_CHARACTERS else printable[: NAME_CHARACTERS - 1] + "…"

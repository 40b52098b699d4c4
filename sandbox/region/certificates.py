"""A region's own certificates: it makes its keys, asks for its authority, and issues for its apps.

What it holds is one file that nobody else may read; the console sees requests, lists and certificates alone.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from sandbox.paths import write_private
from secrets_app.pki import issue, keys, names, pem, renewal, requests, revoke
from secrets_app.pki.profiles import CRL_PUBLISHED_EVERY

REQUEST, LEAVES, OWN_LISTS = "region/intermediate.csr", "region/leaves.json", "region/crl.pem"
BUNDLE, INTERMEDIATE, LISTS = "desired/trust/bundle.pem", "desired/trust/intermediate.pem", "desired/trust/crl.pem"
PEM, JSON = "application/x-pem-file", "application/json"

Get = Callable[[str], bytes | None]
Put = Callable[[str, bytes, str], None]


@dataclass(slots=True)
class Authority:
    """An intermediate with the key that was made for it here."""

    key: str
    chain: str
    """Its certificate, and a customer's authorities above it."""
    serial: str = ""
    list_number: int = 0
    list_pem: str = ""
    revoked: dict[str, str] = field(default_factory=dict)
    """Serials to the time of their revocation."""

    @property
    def certificate(self) -> x509.Certificate:
        return pem.certificates(self.chain.encode())[0]

    @property
    def issuer(self) -> issue.Issuer:
        return issue.Issuer.of(self.certificate, keys.KeySigner(keys.from_pem(self.key.encode())))


@dataclass(slots=True)
class Leaf:
    """One app's certificate with its key, and what is sent beside it in a handshake."""

    key: str
    certificate: str
    above: str
    issuer: str

    @property
    def parsed(self) -> x509.Certificate:
        return pem.certificate(self.certificate.encode())

    @property
    def serial(self) -> str:
        return keys.serial_text(self.parsed.serial_number)


@dataclass(slots=True)
class Holdings:
    """All that a region holds, as it lies on its disk."""

    bundle: int = 0
    trusted: str = ""
    lists: str = ""
    pending_key: str = ""
    pending_request: str = ""
    authorities: list[Authority] = field(default_factory=list)
    """The last one issues; earlier ones still sign their lists."""
    leaves: dict[str, Leaf] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    """SHA-256 of what it has put into its bucket, by key."""

    @classmethod
    def read(cls, file: Path) -> "Holdings":
        if not file.exists():
            return cls()
        told = json.loads(file.read_text())
        told["authorities"] = [Authority(**each) for each in told["authorities"]]
        told["leaves"] = {name: Leaf(**each) for name, each in told["leaves"].items()}
        return cls(**told)

    @property
    def issuing(self) -> Authority | None:
        return self.authorities[-1] if self.authorities else None


def issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


class Certificates:
    """What one region does about certificates: `apply` follows what is desired and says what is so."""

    def __init__(self, folder: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.file = folder / "trust.json"
        self.clock = clock
        self.holds = Holdings.read(self.file)

    def applied(self) -> dict[str, Any]:
        """What it says of itself."""
        issuing = self.holds.issuing
        lists = hashlib.sha256(self.holds.lists.encode()).hexdigest()
        return {
            "bundle": self.holds.bundle,
            "intermediate": issuing.serial if issuing else "",
            "lists": lists,
        }

    def apply(self, desired: Mapping[str, Any], get: Get, put: Put) -> dict[str, Any]:
        """Trust first, then who issues, then what is issued: nobody is shown what they do not trust yet."""
        now = self.clock()
        self._trust(desired, get)
        self._ask(desired, put)
        self._take_authority(desired, get)
        self._issue(desired, now)
        self._list(desired, now)
        self._save()
        self._report(put)
        return self.applied()

    def _save(self) -> None:
        write_private(self.file, json.dumps(asdict(self.holds)))

    def _trust(self, desired: Mapping[str, Any], get: Get) -> None:
        version = desired.get("bundle", 0)
        body = get(BUNDLE) if version > self.holds.bundle else None  # never back: a late writer is not followed
        if body and hashlib.sha256(body).hexdigest() == desired.get("bundle_sha256"):
            self.holds.bundle, self.holds.trusted = version, body.decode()
        known = hashlib.sha256(self.holds.lists.encode()).hexdigest()
        if desired.get("lists") != known and (body := get(LISTS)):
            revoke.read(body)
            self.holds.lists = body.decode()

    def _ask(self, desired: Mapping[str, Any], put: Put) -> None:
        """Make a key for the first authority, or for the next one when the console asks for a renewal."""
        issuing = self.holds.issuing
        wanted = issuing is None or desired.get("renew") == issuing.serial
        if wanted and not self.holds.pending_key:
            key = keys.generate()
            self.holds.pending_key = keys.to_pem(key).decode()
            self.holds.pending_request = requests.request(keys.KeySigner(key)).decode()
            self._save()
        if self.holds.pending_key:
            self._say(REQUEST, self.holds.pending_request.encode(), PEM, put)

    def _take_authority(self, desired: Mapping[str, Any], get: Get) -> None:
        serial, issuing = desired.get("intermediate", ""), self.holds.issuing
        if not serial or (issuing and issuing.serial == serial) or not (body := get(INTERMEDIATE)):
            return
        given = Authority(self.holds.pending_key, body.decode(), serial)
        if self._is_mine(given):
            self.holds.authorities = [*self.holds.authorities, given][-3:]
            self.holds.pending_key = self.holds.pending_request = ""

    def _is_mine(self, given: Authority) -> bool:
        """It is for the key that was made here, is the one that was announced, and leads to a trusted root."""
        if not given.key or keys.serial_text(given.certificate.serial_number) != given.serial:
            return False
        if given.certificate.public_key() != keys.from_pem(given.key.encode()).public_key():
            return False
        trusted = pem.certificates(self.holds.trusted.encode()) if self.holds.trusted else ()
        chain = pem.certificates(given.chain.encode())
        return all(issued(below, above) for below, above in pairwise(chain)) and any(
            issued(chain[-1], root) for root in trusted
        )

    def _issue(self, desired: Mapping[str, Any], now: datetime) -> None:
        """Every app that is wanted has a leaf of the authority that issues now, with a key of its own."""
        authority = self.holds.issuing
        apps = desired.get("apps", [])
        self.holds.leaves = {name: leaf for name, leaf in self.holds.leaves.items() if name in apps}
        if authority is None:
            return
        again = {*desired.get("renew_leaves", []), *desired.get("revoked", {}).get(authority.serial, [])}
        for name in apps:
            leaf = self.holds.leaves.get(name)
            if leaf is None or leaf.issuer != authority.serial or leaf.serial in again or self._is_due(leaf, now):
                self.holds.leaves[name] = self._made(name, str(desired["host"]), authority, now)

    def _is_due(self, leaf: Leaf, now: datetime) -> bool:
        return renewal.is_due(leaf.parsed, now)

    def _made(self, name: str, region_host: str, authority: Authority, now: datetime) -> Leaf:
        app, _, project = name.partition(".")
        key = keys.generate()
        request = requests.checked(requests.request(keys.KeySigner(key)))
        host = names.app_host(app, project, region_host)
        made = issue.sign_leaf(request, authority.issuer, host=host, now=now)
        return Leaf(keys.to_pem(key).decode(), pem.bundle([made]).decode(), authority.chain, authority.serial)

    def _list(self, desired: Mapping[str, Any], now: datetime) -> None:
        for authority in self.holds.authorities:
            named = desired.get("revoked", {}).get(authority.serial, [])
            fresh = [serial for serial in named if serial not in authority.revoked]
            authority.revoked |= {serial: now.isoformat() for serial in fresh}
            if fresh or not authority.list_pem or self._is_old(authority, now):
                authority.list_number += 1
                authority.list_pem = self._made_list(authority, now)

    def _is_old(self, authority: Authority, now: datetime) -> bool:
        made = x509.load_pem_x509_crl(authority.list_pem.encode()).last_update_utc
        return now - made >= CRL_PUBLISHED_EVERY

    def _made_list(self, authority: Authority, now: datetime) -> str:
        ends = authority.certificate.not_valid_after_utc
        entries = [
            revoke.Revoked(int(serial, 16), datetime.fromisoformat(at), ends)
            for serial, at in authority.revoked.items()
        ]
        made = revoke.crl(authority.issuer, entries, number=authority.list_number, now=now)
        return made.public_bytes(Encoding.PEM).decode()

    def _report(self, put: Put) -> None:
        """Certificates and lists alone, after they are on its own disk."""
        leaves = json.dumps([leaf.certificate for leaf in self.holds.leaves.values()]).encode()
        own = "".join(each.list_pem for each in self.holds.authorities).encode()
        for key, body, kind in ((LEAVES, leaves, JSON), (OWN_LISTS, own, PEM)):
            if body:
                self._say(key, body, kind, put)

    def _say(self, key: str, body: bytes, kind: str, put: Put) -> None:
        """What was said once is not said again."""
        digest = hashlib.sha256(body).hexdigest()
        if self.holds.said.get(key) != digest:
            put(key, body, kind)
            self.holds.said[key] = digest
            self._save()

    def refuses(self, certificate: x509.Certificate) -> bool:
        """Whether a list that it holds names the certificate; a list past its time still counts."""
        return any(
            found.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
            for found in self._held_lists()
            if found.issuer == certificate.issuer
        )

    def _held_lists(self) -> Iterator[x509.CertificateRevocationList]:
        if self.holds.lists:
            yield from revoke.read(self.holds.lists.encode())

"""The cases of x509-limbo, asked of our verifier."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509

from secrets_app.pki import chain, pem, revoke
from secrets_app.pki.refusals import PkiRefused, Reason
from tests.conformance.vectors.published import FOLDER, MISSING

HANDED_OVER = datetime(2026, 6, 29, tzinfo=UTC)
"""Cases without a time of their own are asked on the day they were published."""


@dataclass(frozen=True)
class Limbo:
    body: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.body["id"])

    @property
    def is_good(self) -> bool:
        return bool(self.body["expected_result"] == "SUCCESS")

    @property
    def host(self) -> str:
        """A host name or an address in text; another kind of name is none for us."""
        name = self.body["expected_peer_name"]
        return str(name["value"]) if name and name["kind"] in {"DNS", "IP"} else ""

    @property
    def now(self) -> datetime:
        at = self.body["validation_time"]
        return datetime.fromisoformat(at).astimezone(UTC) if at else HANDED_OVER

    def asked(self, *, strictly: bool) -> Reason | None:
        """Why it is refused; None if it is accepted. `strictly`: as a chain of our profiles."""
        try:
            (leaf,) = _read([self.body["peer_certificate"]])
            intermediates, roots = _read(self.body["untrusted_intermediates"]), _read(self.body["trusted_certs"])
            self._judge(leaf, intermediates, roots, strictly)
        except PkiRefused as refused:
            return refused.reason
        return None

    def _judge(
        self,
        leaf: x509.Certificate,
        intermediates: list[x509.Certificate],
        roots: list[x509.Certificate],
        strictly: bool,
    ) -> None:
        usage = chain.Usage(self.body["validation_kind"].lower())
        if strictly:
            chain.verify(leaf, intermediates, roots, now=self.now, host=self.host, usage=usage)
            return
        found = chain.path(leaf, intermediates, roots, now=self.now, host=self.host, usage=usage)
        if self.body["crls"]:
            revoke.refuse_revoked(found, [each for one in self.body["crls"] for each in _lists(one)], self.now)


def _read(found: list[str]) -> list[x509.Certificate]:
    return [pem.certificate(one.encode()) for one in found]


def _lists(found: str) -> tuple[x509.CertificateRevocationList, ...]:
    return revoke.read(found.encode())


def limbo() -> dict[str, Limbo]:
    if MISSING:
        return {}
    found = json.loads((FOLDER / "x509-limbo" / "limbo.json").read_text())
    return {case["id"]: Limbo(case) for case in found["testcases"]}

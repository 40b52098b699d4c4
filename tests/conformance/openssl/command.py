"""OpenSSL's command line as a judge."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from secrets_app.pki import pem
from secrets_app.pki.chain import Usage

PURPOSES = {Usage.SERVER: "sslserver", Usage.CLIENT: "sslclient"}
LEVEL = "2"
"""At least 112 bits of security; OpenSSL's own default from 3.2 on."""


def run(*arguments: str | Path, given: bytes = b"") -> tuple[bool, str]:
    """Whether OpenSSL agrees, and what it says."""
    done = subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True, check=False)
    return done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")


@dataclass(frozen=True)
class Judge:
    folder: Path

    def verify(
        self,
        leaf: x509.Certificate,
        intermediates: Sequence[x509.Certificate],
        roots: Sequence[x509.Certificate],
        *,
        now: datetime,
        host: str,
        usage: Usage,
        crls: Sequence[x509.CertificateRevocationList] | None = None,
    ) -> tuple[bool, str]:
        """Strictly by RFC 5280; with `crls`, the whole chain must be on current lists."""
        self._write("roots", pem.bundle(roots))
        self._write("intermediates", pem.bundle(intermediates))
        self._write("leaf", pem.bundle([leaf]))
        revocation: list[str | Path] = []
        if crls is not None:
            self._write("crls", b"".join(each.public_bytes(Encoding.PEM) for each in crls))
            revocation = ["-crl_check_all", "-CRLfile", self.folder / "crls"]
        return run(
            "verify",
            *("-x509_strict", "-auth_level", LEVEL, "-no-CApath", "-no-CAstore"),
            *("-attime", str(int(now.timestamp())), "-purpose", PURPOSES[usage], "-verify_hostname", host),
            *revocation,
            *("-CAfile", self.folder / "roots", "-untrusted", self.folder / "intermediates"),
            self.folder / "leaf",
        )

    def _write(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)

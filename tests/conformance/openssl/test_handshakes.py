"""Mutual TLS between two apps, by OpenSSL as it is in the interpreter."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from secrets_app.pki import keys, pem
from tests.unit.pki.world import Authority, Leaf, intermediate, leaf, root

TODAY = datetime.now(UTC)
OLD, NEW = root("root 2024", TODAY), root("root 2026", TODAY)


@dataclass(frozen=True)
class App:
    host: str
    leaf: Leaf
    region: Authority
    bundle: tuple[x509.Certificate, ...]

    def context(self, folder: Path, *, server: bool) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        context.load_verify_locations(cadata=pem.bundle(self.bundle).decode())
        (folder / self.host).write_bytes(
            keys.to_pem(self.leaf.signer.key) + pem.bundle([self.leaf.certificate, self.region.certificate])
        )
        context.load_cert_chain(folder / self.host)
        return context


def app(region: str, above: Authority, *trusted: Authority) -> App:
    host = f"ledger.core.svc.{region}.byoc.norrland.example"
    authority = intermediate(above, f"{region}.byoc.norrland.example", TODAY)
    bundle = tuple(each.certificate for each in trusted)
    return App(host, leaf(authority, host, TODAY), authority, bundle)


def shake(client: App, server: App, folder: Path, *, name: str = "") -> str:
    """Return the client's names as the server saw them. Raise ssl.SSLError if either refuses."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.context(folder, server=False).wrap_bio(to_client, to_server, server_hostname=name or server.host)
    theirs = server.context(folder, server=True).wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for end in (ours, theirs):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    ours.write(b"hello")
    assert theirs.read(5) == b"hello"
    seen = theirs.getpeercert()
    assert seen is not None
    return str(seen["subjectAltName"])


@pytest.mark.parametrize(
    ("first", "second"),
    [((OLD, OLD), (OLD, OLD, NEW)), ((OLD, OLD, NEW), (NEW, OLD, NEW)), ((NEW, OLD, NEW), (NEW, NEW))],
)
def test_two_regions_in_neighbouring_phases_of_a_rotation_talk_both_ways(
    first: tuple[Authority, ...], second: tuple[Authority, ...], tmp_path: Path
) -> None:
    one, other = app("prod", *first), app("dr", *second)
    assert shake(one, other, tmp_path) == str((("DNS", one.host),))
    assert shake(other, one, tmp_path) == str((("DNS", other.host),))


def test_regions_without_a_common_root_do_not_talk(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=r"unable to get local issuer|self-signed certificate"):
        shake(app("prod", OLD, OLD), app("dr", NEW, NEW), tmp_path)


def test_a_server_of_another_name_is_refused(tmp_path: Path) -> None:
    one, other = app("prod", OLD, OLD), app("dr", OLD, OLD)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake(one, other, tmp_path, name=one.host)

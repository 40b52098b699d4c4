"""A region joins its plane: it makes its key, the console signs, the region issues for its apps."""

import json

import pytest
from cryptography import x509

from console.audit.models import AuditEvent
from console.encryption.keyring import KeyUnavailable
from console.kernel.clock import now
from secrets_app.models import (
    AuthorityState,
    CertificateAuthority,
    CertificateState,
    Level,
    RegionTrust,
    TrustBundle,
    WantedLeaf,
)
from secrets_app.pki import keys, names, requests
from secrets_app.steps import region_trust
from secrets_app.trust import bundles, roots
from tests.unit.certificates.world import PaperRegion, World

pytestmark = pytest.mark.django_db


def want(world: World, region: PaperRegion, *apps: str, project: str = "core") -> None:
    with world.scope.entered():
        for app in apps:
            WantedLeaf.objects.create(
                org_id=world.scope.org_id,
                recipient=region.recipient,
                project=project,
                app=app,
                requested_by="Alice",
            )


def events(world: World) -> list[str]:
    with world.scope.entered():
        return list(AuditEvent.objects.visible_to(world.scope).order_by("id").values_list("event", flat=True))


def test_the_first_region_brings_the_root_and_gets_an_authority_below_it(world: World) -> None:
    frankfurt, dublin = world.regions
    with world.scope.entered():
        root = CertificateAuthority.objects.visible_to(world.scope).with_certificate().get()
        bundle = TrustBundle.objects.visible_to(world.scope).get()
    assert (root.name, root.state, bundle.version) == ("main root 1", AuthorityState.ISSUING, 1)
    for region in (frankfurt, dublin):
        trust = world.trust(region)
        assert trust.bundle_confirmed
        assert trust.intermediate_confirmed
        assert trust.intermediate is not None
        assert trust.intermediate.issuer == root.certificate
        assert trust.intermediate.names == [names.services_host(region.recipient.host)]
        assert trust.applied_lists == trust.lists_digest


def test_an_authority_is_limited_to_its_region_and_to_leaves(world: World) -> None:
    (row, _) = world.certificates(level=Level.INTERMEDIATE)
    made = x509.load_pem_x509_certificate(row.pem.encode())
    basic = made.extensions.get_extension_for_class(x509.BasicConstraints)
    limits = made.extensions.get_extension_for_class(x509.NameConstraints)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
    assert limits.critical
    assert limits.value.permitted_subtrees == [x509.DNSName("svc.frankfurt.regions.example.com")]


def test_leaves_are_issued_in_the_region_and_listed_here(world: World) -> None:
    frankfurt = world.regions[0]
    want(world, frankfurt, "ledger", "cards")
    world.settle()
    rows = world.certificates(frankfurt, level=Level.LEAF)
    assert {row.common_name for row in rows} == {
        "ledger.core.svc.frankfurt.regions.example.com",
        "cards.core.svc.frankfurt.regions.example.com",
    }
    assert {(row.app, row.project, row.state) for row in rows} == {
        ("ledger", "core", "valid"),
        ("cards", "core", "valid"),
    }
    assert all(row.issuer == world.trust(frankfurt).intermediate for row in rows)


def test_no_private_key_of_a_region_leaves_it(world: World) -> None:
    want(world, world.regions[0], "ledger")
    world.settle()
    assert not [key for key, body in world.buckets.objects.items() if b"PRIVATE" in body]
    assert "PRIVATE" in world.regions[0].certificates.file.read_text()


def test_joining_is_told_by_the_trail(world: World) -> None:
    told = events(world)
    for event in ("authority:created", "bundle:published", "revocation-list:issued", "certificate:issued",
                  "bundle:confirmed"):  # fmt: skip
        assert event in told


def test_nothing_is_written_again_once_all_is_said(world: World) -> None:
    world.buckets.puts.clear()
    world.turn(3)
    assert world.buckets.puts == []


def test_one_request_brings_one_certificate(world: World) -> None:
    frankfurt = world.regions[0]
    key = keys.generate()
    frankfurt.says("region/intermediate.csr", requests.request(keys.KeySigner(key)))
    world.turn(2)
    assert len(world.certificates(frankfurt, level=Level.INTERMEDIATE)) == 1


def test_a_request_with_a_used_key_is_refused_and_said(world: World) -> None:
    frankfurt = world.regions[0]
    authority = frankfurt.certificates.holds.issuing
    assert authority is not None
    other = keys.KeySigner(keys.generate())
    frankfurt.says("region/intermediate.csr", requests.request(other))
    world.turn()
    used = keys.KeySigner(keys.from_pem(authority.key.encode()))
    frankfurt.says("region/intermediate.csr", requests.request(used))
    world.turn()
    with world.scope.entered():
        frankfurt.recipient.refresh_from_db()
    assert "used before" in frankfurt.recipient.trouble


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n", b"\xff" * 20_000]
)
def test_a_damaged_request_is_refused_and_said(world: World, body: bytes) -> None:
    frankfurt = world.regions[0]
    frankfurt.says("region/intermediate.csr", body)
    world.turn()
    with world.scope.entered():
        frankfurt.recipient.refresh_from_db()
    assert "certificate request is refused" in frankfurt.recipient.trouble


def test_a_leaf_that_does_not_verify_is_not_listed(world: World) -> None:
    """Dublin's authority may not speak for Frankfurt, whoever reports it."""
    frankfurt, dublin = world.regions
    want(world, dublin, "ledger")
    world.settle()
    leaf = dublin.certificates.holds.leaves["ledger.core"].certificate
    frankfurt.asleep = True
    frankfurt.says("region/leaves.json", json.dumps([leaf]).encode())
    world.turn()
    with world.scope.entered():
        frankfurt.recipient.refresh_from_db()
        refused = AuditEvent.objects.visible_to(world.scope).filter(event="certificate:refused").get()
    assert world.certificates(frankfurt, level=Level.LEAF) == []
    assert "not issued by an authority of the region" in frankfurt.recipient.trouble
    assert (refused.outcome, refused.target_label) == ("refused", "frankfurt")


@pytest.mark.parametrize("report", [b"{", b"{}", b'"x"', b"[1]", b'["x"]', b"\xff", b"[[]]"])
def test_a_report_of_another_shape_is_refused_and_changes_nothing(world: World, report: bytes) -> None:
    frankfurt = world.regions[0]
    want(world, frankfurt, "ledger")
    world.settle()
    frankfurt.asleep = True
    frankfurt.says("region/leaves.json", report)
    world.turn()
    with world.scope.entered():
        frankfurt.recipient.refresh_from_db()
    assert "list of leaves" in frankfurt.recipient.trouble
    assert [row.state for row in world.certificates(frankfurt, level=Level.LEAF)] == [CertificateState.VALID]


def test_a_bundle_that_was_never_published_is_not_believed(world: World) -> None:
    frankfurt = world.regions[0]
    frankfurt.asleep = True
    frankfurt.says(
        "region/applied.json", json.dumps({"at": "2026-01-01T00:00:00+00:00", "trust": {"bundle": 9}}).encode()
    )
    world.turn()
    with world.scope.entered():
        frankfurt.recipient.refresh_from_db()
    assert "never published" in frankfurt.recipient.trouble
    assert world.trust(frankfurt).applied_bundle == 1


def test_an_app_that_is_wanted_no_more_loses_its_leaf(world: World) -> None:
    frankfurt = world.regions[0]
    want(world, frankfurt, "ledger", "cards")
    world.settle()
    with world.scope.entered():
        WantedLeaf.objects.visible_to(world.scope).filter(app="cards").delete()
    world.settle()
    states = {row.app: row.state for row in world.certificates(frankfurt, level=Level.LEAF)}
    assert states == {"ledger": CertificateState.VALID, "cards": CertificateState.SUPERSEDED}


def test_a_restart_changes_nothing(world: World) -> None:
    frankfurt = world.regions[0]
    want(world, frankfurt, "ledger")
    world.settle()
    before = world.certificates(frankfurt)
    frankfurt.restart()
    world.settle()
    assert world.certificates(frankfurt) == before


def test_a_late_writer_brings_no_region_back_to_an_older_bundle(world: World) -> None:
    """A look that was overtaken puts old objects: the region stays, and the next look puts the new ones again."""
    frankfurt = world.regions[0]
    bucket = frankfurt.recipient.bucket
    old = {key: body for (name, key), body in world.buckets.objects.items() if name == bucket and "desired" in key}
    with world.scope.entered():
        plane = roots.locked(world.scope, world.plane.id)
        roots.create(world.scope, plane, state=AuthorityState.PREPARED, now=now())
        bundles.publish(world.scope, plane, reason="a second root", now=now())
    world.settle()
    assert frankfurt.certificates.holds.bundle == 2
    for key, body in old.items():
        frankfurt.says(key, body)
    frankfurt.act()
    assert frankfurt.certificates.holds.bundle == 2
    assert frankfurt.certificates.holds.trusted.count("BEGIN CERTIFICATE") == 2


def test_two_looks_at_once_are_healed_by_the_next(world: World) -> None:
    part, recipient = region_trust.PART, world.regions[0].recipient
    with world.scope.entered():
        RegionTrust.objects.visible_to(world.scope).to(recipient.id).update(published_digests={"x": "y"})
        slow, fast = part.outgoing(world.scope, recipient), part.outgoing(world.scope, recipient)
        part.published(world.scope, recipient, fast)
        part.published(world.scope, recipient, slow)
        trust = RegionTrust.objects.visible_to(world.scope).to(recipient.id).get()
    assert trust.published_digests == {}


def test_a_root_that_cannot_be_kept_is_not_half_made(bare: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*_: object, **__: object) -> None:
        raise KeyUnavailable("The plane's keyring cannot be read.", todo="Mount KEK_STORE.")

    monkeypatch.setattr("console.encryption.deks.make", unavailable)
    region = bare.add("frankfurt")
    bare.turn(2)
    with bare.scope.entered():
        region.recipient.refresh_from_db()
    assert "keyring cannot be read" in region.recipient.trouble
    assert bare.certificates() == []
    monkeypatch.undo()
    bare.settle()
    assert bare.trust(region).intermediate_confirmed

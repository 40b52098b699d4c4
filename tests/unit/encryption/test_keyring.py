"""Keyrings: versions with states, outside the database, material remembered for five minutes at most."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from console.encryption import keyring
from console.encryption.keyring import CACHE_SECONDS, KeyUnavailable, VersionUnknown, store
from console.encryption.store import KekState
from console.kernel.clock import now

pytestmark = pytest.mark.django_db
ACME = "01938c2e-7c1a-7bde-8f00-00a1b2c3d4e5"


def material(name: str, number: int) -> bytes:
    return store().material(name, keyring.keyring(name).version(number))


def states(name: str) -> dict[int, str]:
    return {one.number: str(one.state) for one in store().versions(name)}


def test_a_keyring_is_made_on_first_use_and_kept() -> None:
    first = keyring.keyring("platform")
    keyring.forget()
    assert keyring.keyring("platform") == first
    assert len(material("platform", 1)) == 32


def test_a_new_version_is_active_at_once_and_the_old_one_still_unwraps() -> None:
    old = material(ACME, 1)
    assert store().add_version(ACME) == 2
    assert keyring.keyring(ACME).active_version == 2
    assert material(ACME, 1) == old
    assert states(ACME) == {1: KekState.UNWRAPS, 2: KekState.ACTIVE}


def test_a_disabled_version_is_not_used_and_can_be_taken_back() -> None:
    before = material(ACME, 1)
    store().add_version(ACME)
    store().disable(ACME, 1, now())
    with pytest.raises(VersionUnknown, match="Version 1"):
        keyring.keyring(ACME).kek(1)
    store().enable(ACME, 1)
    assert material(ACME, 1) == before


def test_a_destroyed_version_is_gone_for_good_but_known(tmp_path: Path) -> None:
    keyring.keyring(ACME)
    store().add_version(ACME)
    at = now()
    store().disable(ACME, 1, at - timedelta(days=30))
    store().destroy(ACME, 1, at)
    store().enable(ACME, 1)
    (gone, _) = store().versions(ACME)
    assert (gone.state, gone.destroyed_at) == (KekState.DESTROYED, at)
    assert not list((tmp_path / "kek" / ACME).glob("1.*.key"))
    assert store().add_version(ACME) == 3


def test_a_key_file_is_never_replaced(tmp_path: Path) -> None:
    before = material(ACME, 1)
    with pytest.raises(FileExistsError):
        store()._write(ACME, "1.1.key", {})
    assert store().add_version(ACME, 1) == 1
    assert material(ACME, 1) == before


def test_keyrings_hold_different_keys() -> None:
    assert material("platform", 1) != material(ACME, 1)


def test_a_missing_version_is_said_in_a_sentence() -> None:
    with pytest.raises(KeyUnavailable, match="Version 9 of the keyring platform"):
        keyring.keyring("platform").kek(9)


def test_key_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    keyring.keyring("platform")
    (file,) = (tmp_path / "kek/platform").glob("*.key")
    assert file.stat().st_mode & 0o077 == 0


def test_material_is_remembered_for_the_stated_time_and_no_longer() -> None:
    at = [0.0]
    keyring.use_clock(lambda: at[0])
    try:
        ring = keyring.keyring(ACME)
        kept = ring.kek(1)
        at[0] = CACHE_SECONDS - 0.1
        assert ring.kek(1) is kept
        at[0] = CACHE_SECONDS
        assert not keyring.holds(ACME)
        assert ring.kek(1) is not kept
    finally:
        keyring.use_clock()


def test_a_lost_store_is_not_replaced_by_a_new_key() -> None:
    from console.encryption import deks

    deks.make("platform")
    for file in (store().folder / "platform").iterdir():
        file.unlink()
    keyring.forget()
    with pytest.raises(KeyUnavailable, match="not in KEK_STORE, though values are under it"):
        keyring.keyring("platform")


def test_each_keyring_of_an_organization_owns_a_range_of_ids() -> None:
    names = [ACME, *(f"{ACME}.ca.{uuid4()}" for _ in range(20))]
    ranges = sorted(keyring.dek_range(name) for name in names)
    assert all(one[1] < other[0] for one, other in pairwise(ranges))
    for name in names:
        first, last = keyring.dek_range(name)
        made = keyring.new_dek_id(name)
        assert first <= made <= last
        assert made.version == (7 if name == ACME else 8)
        assert keyring.organization_of(name) == UUID(ACME)


def test_a_bare_key_file_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    import base64

    folder = tmp_path / "kek" / ACME
    folder.mkdir(parents=True)
    (folder / "1.key").write_text(base64.b64encode(b"k" * 32).decode())
    assert material(ACME, 1) == b"k" * 32
    assert store().add_version(ACME) == 2

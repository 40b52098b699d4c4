from typing import Any

import pytest

from console.encryption import keyring
from console.encryption.keyring import KeyUnavailable


def test_a_keyring_is_made_on_first_use_and_kept(settings: Any) -> None:
    first = keyring.keyring("platform")
    keyring.forget()
    assert keyring.keyring("platform") == first
    assert len(first.key(1)) == 32


def test_a_new_version_becomes_active_and_the_old_one_stays_readable() -> None:
    old = keyring.keyring("platform")
    assert keyring.store().add_version("platform") == 2
    keyring.forget()
    new = keyring.keyring("platform")
    assert new.active_version == 2
    assert new.key(1) == old.key(1)


def test_two_keyrings_hold_different_keys() -> None:
    assert keyring.keyring("platform").key(1) != keyring.keyring("acme").key(1)


def test_a_missing_version_is_said_in_a_sentence() -> None:
    with pytest.raises(KeyUnavailable, match="Version 9 of the keyring platform"):
        keyring.keyring("platform").key(9)


def test_key_files_are_readable_by_their_owner_alone(tmp_path: Any) -> None:
    keyring.keyring("platform")
    (file,) = (tmp_path / "kek/platform").glob("*.key")
    assert file.stat().st_mode & 0o077 == 0

from pathlib import Path

import pytest

from sandbox import paths, reset
from sandbox.errors import SandboxError
from sandbox.state import State


def test_nothing_is_forgotten_while_a_sandbox_with_a_state_of_its_own_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "TOP", tmp_path)
    apart = tmp_path / "browser"
    apart.mkdir()
    with State(apart).lock(), pytest.raises(SandboxError, match="runs already"):
        reset.reset()
    assert apart.exists()

"""The official schemas beside the repository; absent where only the repository is."""

import functools
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).parents[3] / "shared" / "crds"
MISSING = not (FOLDER / "validate.py").exists()
REASON = f"the CRD schemas are not beside this checkout ({FOLDER})"


@functools.cache
def validator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("crd_validate", FOLDER / "validate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RESERVED = "namespace"
"""A reserved word of CEL, which rules write as `__namespace__` (CEL specification, "Escaping")."""


def reasons(manifest: Mapping[str, Any]) -> list[str]:
    """Why the API server would refuse; without the validator's one mistake, which takes the escape for a name."""
    mistaken = f"spec.forProvider.__{RESERVED}__: "
    given = RESERVED in manifest["spec"]["forProvider"]
    found: list[str] = validator().errors(dict(manifest))
    return [one for one in found if not (given and one.startswith(mistaken))]

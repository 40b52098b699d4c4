"""The official schemas beside the repository; absent where only the repository is."""

import functools
import importlib.util
from pathlib import Path
from types import ModuleType

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

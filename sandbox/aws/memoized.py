"""What moto and botocore work out anew for every call, although it never changes, is worked out once.

A call takes half the time: without this most of it goes into listing folders and classes.
"""

from functools import cache
from typing import Any

from moto import backends
from moto.core import responses, utils

from sandbox.aws.patching import replace


def install() -> None:
    modules: Any = replace(backends, "list_of_moto_modules", lambda: _modules(modules))
    names: Any = replace(responses, "method_names_from_class", lambda found: _names(names, found))
    loader: Any = replace(utils, "create_loader", lambda: _loader(loader))


@cache
def _modules(original: Any) -> frozenset[str]:
    return frozenset(original())


@cache
def _names(original: Any, found: type) -> list[str]:
    listed: list[str] = original(found)
    return listed


@cache
def _loader(original: Any) -> Any:
    """One loader of service models, which remembers which there are."""
    return original()

"""Drives manifests through the adapter the way the engine does, without waiting between looks."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from regions.blueprints.manifests import Manifest, by_name, teardown_needs
from regions.clouds.aws.client import AwsResources
from regions.clouds.aws.session import Session
from regions.clouds.errors import Category, CloudError

PATIENCE_SECONDS = 30


def client_for(session: Session, account_id: str, manifests: Sequence[Manifest]) -> AwsResources:
    return AwsResources(session, account_id, session.region, by_name(manifests).__getitem__)


def settle(client: AwsResources, manifest: Manifest) -> None:
    """Until the cloud matches: create, then update, then wait."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        seen = client.observe(manifest)
        if not seen.exists:
            client.create(manifest, token=f"{manifest.namespace}-{manifest.name}")
            continue
        if seen.ready and seen.up_to_date:
            return
        if not seen.up_to_date:
            assert not all(one.immutable for one in seen.differences), (manifest.name, seen.differences)
            with again():
                client.update(manifest, seen)
        time.sleep(0.02)
    raise AssertionError(f"{manifest.name} did not settle: {client.observe(manifest)}")


@contextmanager
def again() -> Iterator[None]:
    """A conflict is for a later look."""
    try:
        yield
    except CloudError as error:
        if error.category is not Category.CONFLICT:
            raise


def provision(client: AwsResources, manifests: Sequence[Manifest]) -> None:
    for manifest in in_order(manifests):
        settle(client, manifest)


def remove(client: AwsResources, manifest: Manifest) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        seen = client.observe(manifest)
        if not seen.exists:
            return
        with again():
            client.delete(manifest, seen)
        if seen.deleting:
            time.sleep(0.02)
    raise AssertionError(f"{manifest.name} is still there: {client.observe(manifest)}")


def deprovision(client: AwsResources, manifests: Sequence[Manifest]) -> None:
    named, needs = by_name(manifests), teardown_needs(manifests)
    done: set[str] = set()
    while len(done) < len(named):
        for name in named:
            if name not in done and done.issuperset(needs[name]):
                remove(client, named[name])
                done.add(name)


def closure(manifests: Sequence[Manifest], names: Sequence[str]) -> list[Manifest]:
    """The named manifests and all they need."""
    named, wanted, open_ = by_name(manifests), set[str](), list(names)
    while open_:
        name = open_.pop()
        if name not in wanted:
            wanted.add(name)
            open_ += named[name].needs
    return [manifest for manifest in manifests if manifest.name in wanted]


def in_order(manifests: Sequence[Manifest]) -> list[Manifest]:
    ordered: dict[str, Manifest] = {}
    waiting = list(manifests)
    while waiting:
        ready = [one for one in waiting if all(need in ordered for need in one.needs)]
        assert ready, [one.name for one in waiting]
        ordered |= {one.name: one for one in ready}
        waiting = [one for one in waiting if one.name not in ordered]
    return list(ordered.values())

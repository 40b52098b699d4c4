import random
from collections.abc import Sequence
from graphlib import TopologicalSorter

import pytest

from console.operations.steps import StepSpec, checked
from regions import plans
from regions.blueprints import Manifest, blueprint, by_name
from regions.changes.differing import Verb, changes
from regions.clouds.aws.kinds import KINDS
from regions.steps import surplus
from tests.unit.blueprints.specs import VARIANTS, production

IDENTITIES = {"Role", "Policy", "RolePolicyAttachment"}
MANIFESTS = blueprint(production())


def before(steps: tuple[StepSpec, ...], name: str) -> set[str]:
    needs = {step.name: set(step.needs) for step in steps}
    found: set[str] = set()
    todo = list(needs[name])
    while todo:
        if (one := todo.pop()) not in found:
            found.add(one)
            todo += needs[one]
    return found


def test_every_variant_makes_graphs_that_can_be_run() -> None:
    for spec in VARIANTS.values():
        manifests = blueprint(spec)
        for plan in plans.STEPS.values():
            assert checked(plan(manifests))


def test_the_region_is_attached_after_everything_else() -> None:
    steps = plans.provision(MANIFESTS)
    assert before(steps, "attach") == {step.name for step in steps} - {"attach"}


def test_a_resource_comes_after_all_it_refers_to() -> None:
    steps = plans.provision(MANIFESTS)
    for manifest in MANIFESTS:
        assert set(manifest.needs) <= before(steps, manifest.name), manifest.name


def test_needs_that_others_imply_are_left_out() -> None:
    steps = {step.name: step for step in plans.provision(MANIFESTS)}
    assert set(steps["nat-gateway-a"].needs) == {"nat-address-a", "public-a"}


def test_roles_and_policies_are_deleted_last() -> None:
    steps = plans.deprovision(MANIFESTS)
    others = {f"delete-{one.name}" for one in MANIFESTS if one.api_version.partition(".")[0] != "iam"}
    for role in (one for one in MANIFESTS if one.kind == "Role"):
        assert others <= before(steps, f"delete-{role.name}")


def test_what_stands_on_a_resource_is_deleted_before_it() -> None:
    steps = plans.deprovision(MANIFESTS)
    for manifest in MANIFESTS:
        for need in manifest.needs:
            assert f"delete-{manifest.name}" in before(steps, f"delete-{need}")


def test_deprovisioning_ends_with_a_look_and_a_word() -> None:
    order = list(TopologicalSorter({one.name: one.needs for one in plans.deprovision(MANIFESTS)}).static_order())
    assert order[-3:] == ["sweep", "detach", "certificate"]


def test_a_change_touches_what_differs_alone() -> None:
    changed = frozenset({"cluster", "node-group"})
    steps = {step.name: step for step in plans.update(list(MANIFESTS), changed=changed, removed=[])}
    assert set(steps) == {"cluster", "node-group", "health"}
    assert steps["node-group"].needs == ("cluster",)


def test_what_a_plan_no_longer_has_is_deleted_after_the_change_and_forgotten() -> None:
    kept = [one for one in MANIFESTS if one.kind != "Zone"]
    zone = [one for one in MANIFESTS if one.kind == "Zone"]
    steps = {step.name: step for step in plans.update(kept, changed=frozenset({"cluster"}), removed=zone)}
    assert steps["delete-dns-zone"].needs == ("cluster",)
    assert steps["delete-dns-zone"].params["forget"]


def test_what_is_made_anew_goes_first_and_a_person_is_asked_once_more() -> None:
    others = {"instanceTypes": ["m5.4xlarge"]}
    larger = [one.with_fields(**others) if one.kind == "NodeGroup" else one for one in MANIFESTS]
    steps = updated(larger, removed=[])
    assert set(steps) == {"delete-node-group", "node-group", "health"}
    assert steps["node-group"].needs == ("delete-node-group",)
    gone = steps["delete-node-group"]
    assert gone.params["manifest"]["spec"]["forProvider"]["instanceTypes"] == ["m5.2xlarge", "m5.4xlarge"]
    assert gone.approval is not None
    assert gone.approval.question == "Delete node group to make it anew."


def test_what_is_made_anew_under_another_name_stands_beside_the_old_one_first() -> None:
    larger = [renamed(one, "byoc-other") if one.kind == "NodeGroup" else one for one in MANIFESTS]
    steps = updated(larger, removed=[])
    assert steps["node-group"].needs == ()
    assert steps["delete-node-group"].needs == ("node-group",)
    annotations = steps["delete-node-group"].params["manifest"]["metadata"]["annotations"]
    assert annotations["crossplane.io/external-name"] != "byoc-other"


def test_what_stands_on_something_made_anew_and_is_wanted_no_more_goes_before_it() -> None:
    kept = [
        one.with_fields(cidrBlock="10.0.9.0/24") if one.name == "public-a" else one
        for one in MANIFESTS
        if one.name != "nat-gateway-a"
    ]
    steps = updated(kept, removed=[one for one in MANIFESTS if one.name == "nat-gateway-a"])
    assert steps["delete-public-a"].needs == ("delete-nat-gateway-a",)
    assert steps["delete-nat-gateway-a"].needs == ()
    assert steps["public-a"].needs == ("delete-public-a",)


def test_a_person_is_asked_before_a_store_of_data_goes() -> None:
    registry = [one for one in MANIFESTS if one.kind in {"Repository", "Zone"}]
    kept = [one for one in MANIFESTS if one not in registry]
    steps = updated(kept, removed=registry)
    assert steps["delete-dns-zone"].approval is None
    approval = steps["delete-registry"].approval
    assert approval is not None
    assert approval.question == "Delete image registry. Lost with it, for good: its images."


def updated(after: Sequence[Manifest], *, removed: Sequence[Manifest]) -> dict[str, StepSpec]:
    found = changes(by_name(MANIFESTS), by_name(after))
    steps = plans.update(
        after,
        changed=frozenset(each.name for each in found if each.after),
        removed=removed,
        replaced={each.name: each for each in found if each.verb is Verb.REPLACE},
    )
    return {step.name: step for step in checked(steps)}


def renamed(manifest: Manifest, name: str) -> Manifest:
    metadata = manifest.body["metadata"]
    annotations = {**metadata["annotations"], "crossplane.io/external-name": name}
    return Manifest({**manifest.body, "metadata": {**metadata, "annotations": annotations}})


def test_an_api_that_closes_is_open_until_the_region_has_joined() -> None:
    steps = {step.name: step for step in plans.provision(blueprint(VARIANTS["everything"]))}
    assert steps["cluster"].params["fields"]["vpcConfig"]["endpointPublicAccess"]
    assert steps["close-cluster"].needs == ("attach",)
    assert "fields" not in steps["close-cluster"].params


def test_every_kind_that_may_be_made_twice_is_looked_at_before_the_region_is_attached() -> None:
    assert set(surplus.KINDS) == {name for name, kind in KINDS.items() if kind.used}
    assert "surplus" in before(plans.provision(MANIFESTS), "attach")


@pytest.mark.parametrize("variant", sorted(VARIANTS))
@pytest.mark.parametrize("seed", range(5))
def test_wherever_a_deprovisioning_is_cut_what_is_left_has_all_it_stands_on(variant: str, seed: int) -> None:
    """Steps end in any order that their needs allow; after each of them the rest could still be removed."""
    manifests = by_name(blueprint(VARIANTS[variant]))
    steps = {step.name: step for step in plans.deprovision(list(manifests.values()))}
    chance, left = random.Random(seed), set(manifests)
    identities = {
        name for name, one in manifests.items() if one.kind in {"Role", "Policy", "RolePolicyAttachment"}
    }
    sorter = TopologicalSorter({name: step.needs for name, step in steps.items()})
    sorter.prepare()
    ready: list[str] = []
    while sorter.is_active():
        ready += sorter.get_ready()
        name = ready.pop(chance.randrange(len(ready)))
        sorter.done(name)
        left.discard(name.removeprefix("delete-"))
        assert all(set(manifests[one].needs) <= left for one in left), f"{name} stranded something"
        assert not left - identities or identities <= left, f"{name} took an identity too early"

from graphlib import TopologicalSorter

from console.operations.steps import StepSpec, checked
from regions import plans
from regions.blueprints import blueprint
from tests.unit.blueprints.specs import VARIANTS, production

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
    assert order[-2:] == ["sweep", "detach"]


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

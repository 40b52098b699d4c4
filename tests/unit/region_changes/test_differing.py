"""Create, update, replace, delete: what a new spec does to what is there, field by field."""

from dataclasses import replace

from regions.blueprints import Manifest, blueprint, by_name
from regions.changes.differing import Change, Verb, changes
from regions.changes.effects import effects
from regions.spec import Connectivity, RegionSpec
from tests.unit.blueprints.specs import network, production


def between(before: RegionSpec, after: RegionSpec) -> dict[str, Change]:
    found = changes(by_name(blueprint(before)), by_name(blueprint(after)))
    return {change.name: change for change in found}


def sized(spec: RegionSpec, **cluster: object) -> RegionSpec:
    return replace(spec, cluster=replace(spec.cluster, **cluster))  # type: ignore[arg-type]


def stored(spec: RegionSpec, **database: object) -> RegionSpec:
    return replace(spec, database=replace(spec.database, **database))  # type: ignore[arg-type]


def told(change: Change) -> list[tuple[str, object, object]]:
    return [(each.field, each.before, each.after) for each in change.fields]


def test_equal_specs_change_nothing() -> None:
    assert between(production(), production()) == {}


def test_everything_is_created_where_nothing_is() -> None:
    after = by_name(blueprint(production()))
    found = changes({}, after)
    assert {change.verb for change in found} == {Verb.CREATE}
    assert [change.name for change in found] == list(after)


def test_more_nodes_are_an_update_of_one_field() -> None:
    found = between(production(), sized(production(), nodes_max=12))
    assert list(found) == ["node-group"]
    assert found["node-group"].verb is Verb.UPDATE
    assert told(found["node-group"]) == [("scalingConfig.maxSize", 9, 12)]


def test_a_larger_database_is_an_update_in_place() -> None:
    found = between(production(), stored(production(), instance_class="db.r6g.4xlarge", storage_gib=400))
    assert found["database"].verb is Verb.UPDATE
    assert told(found["database"]) == [
        ("instanceClass", "db.r6g.2xlarge", "db.r6g.4xlarge"),
        ("allocatedStorage", 200, 400),
    ]


def test_another_instance_type_replaces_the_nodes() -> None:
    change = between(production(), sized(production(), instance_types=("m5.4xlarge",)))["node-group"]
    assert change.verb is Verb.REPLACE
    assert [each.field for each in change.fields if not each.in_place] == ["instanceTypes"]


def test_what_only_one_way_of_connecting_has_is_created_and_deleted() -> None:
    private = production(network=network(Connectivity.PRIVATE_LINK))
    there, back = between(production(), private), between(private, production())
    assert there["endpoint-service"].verb is Verb.CREATE
    assert back["endpoint-service"].verb is Verb.DELETE


def test_another_name_in_the_cloud_is_another_resource_that_comes_up_first() -> None:
    before = by_name(blueprint(production()))["node-group"]
    metadata = before.body["metadata"]
    renamed = {**metadata["annotations"], "crossplane.io/external-name": "byoc-new-nodes"}
    after = Manifest({**before.body, "metadata": {**metadata, "annotations": renamed}})
    [change] = changes({"node-group": before}, {"node-group": after})
    assert change.verb is Verb.REPLACE
    assert change.comes_up_first
    assert "The new one comes up first." in effects(change)


def test_what_goes_with_its_data_says_so() -> None:
    before = by_name(blueprint(production()))
    after = {name: manifest for name, manifest in before.items() if name != "state-bucket"}
    [change] = changes(before, after)
    assert effects(change) == ("Lost with it, for good: its objects.",)


def test_a_shorter_retention_says_what_becomes_of_older_lines() -> None:
    change = between(production(), production(log_retention_days=7))["platform-logs"]
    assert effects(change) == ("Lines older than the new retention are deleted at once.",)

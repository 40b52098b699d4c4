"""From answers to a region plan: pure, typed, the same bytes for the same input."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from regions.questionnaire import catalog, places, prices, responsibilities, sizing, tiers
from regions.questionnaire.answers import Answers, shown
from regions.questionnaire.cost import estimate
from regions.questionnaire.network import AWS_RESERVED, NetworkLayout, ZoneLayout, layout
from regions.questionnaire.plan import (
    Departure,
    PlanIdentity,
    RecordedAnswer,
    RecoveryObjectives,
    RegionPlan,
    Versions,
)
from regions.questionnaire.rules import Problem, Taken, problems
from regions.spec import (
    Cloud,
    ClusterSpec,
    Connectivity,
    DatabaseSpec,
    EncryptionSpec,
    Environment,
    ExistingNetwork,
    FlowLogs,
    NetworkSpec,
    NodeGroupSpec,
    RegionSpec,
)

FALLBACK_VPC, FALLBACK_PREFIX = "10.0.0.0/16", 23


class NotReadyError(ValueError):
    """The answers do not make a plan; `problems` says why, question by question."""

    def __init__(self, found: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(found)} answers keep the plan from being compiled.")
        self.problems = found


def compile_plan(answers: Answers, *, identity: PlanIdentity, taken: Taken = ()) -> RegionPlan:
    """The plan these answers make.

    Raises NotReadyError when an answer is missing or wrong.
    """
    found = problems(answers, taken=taken)
    if found:
        raise NotReadyError(found)
    return draft(answers, identity=identity)


def draft(answers: Answers, *, identity: PlanIdentity) -> RegionPlan:
    """The plan as far as it goes: what is missing or wrong has its default. Never raises."""
    place = answers.text("cloud_region")
    zones = identity.zones.get(place) or places.ZONES[place]
    network = network_layout(answers, zones)
    return RegionPlan(
        versions=Versions(
            catalog.VERSION, tiers.VERSION, prices.VERSION, places.VERSION, responsibilities.VERSION
        ),
        spec=_spec(answers, identity, network),
        network=network,
        sizing=sizing.sizing(answers, zones),
        cost=estimate(answers),
        responsibilities=responsibilities.duties(
            own_key=answers.text("key_owner") == "customer",
            own_issuer=answers.text("certificate_issuer") == "customer",
        ),
        recovery=_recovery(answers),
        maintenance_hours=answers.number("maintenance_hours"),
        certificate_issuer=answers.text("certificate_issuer"),
        departures=tuple(_departures(answers)),
        recorded=tuple(_recorded(answers)),
        budget_usd=answers.number("monthly_budget"),
    )


def network_layout(answers: Answers, zones: tuple[str, ...]) -> NetworkLayout:
    clear = answers.ranges("corporate_ranges")
    if answers.text("vpc_owner") == "customer":
        return existing_layout(answers, zones)
    prefix = int(answers.text("private_prefix"))
    found = layout(answers.text("vpc_cidr"), prefix, zones, clear)
    return found or layout(FALLBACK_VPC, FALLBACK_PREFIX, zones, clear) or NetworkLayout("", 0, 0, ())


def existing_layout(answers: Answers, zones: tuple[str, ...]) -> NetworkLayout:
    """The customer's subnets as they are; what is not named yet is left open."""
    tiers = [answers.ranges(key) for key in ("public_subnets", "private_subnets", "database_subnets")]
    rows = tuple(
        ZoneLayout(zone, *(tier[place].cidr if place < len(tier) else "" for tier in tiers))
        for place, zone in enumerate(zones)
    )
    vpc, private = IPv4Network(answers.text("vpc_cidr")), tiers[1]
    usable = min((one.network.num_addresses for one in private), default=0) - AWS_RESERVED
    return NetworkLayout(str(vpc), vpc.num_addresses, max(usable, 0), rows, answers.ranges("corporate_ranges"))


def _spec(answers: Answers, identity: PlanIdentity, network: NetworkLayout) -> RegionSpec:
    name = answers.text("region_name")
    return RegionSpec(
        region_id=identity.region_id,
        name=name,
        organization=identity.organization,
        connection_id=identity.connection_id,
        cloud=Cloud(answers.text("cloud")),
        account_id=answers.text("account_id"),
        cloud_region=answers.text("cloud_region"),
        environment=Environment(answers.text("environment")),
        zones=tuple(zone.zone for zone in network.zones),
        network=_network(answers, network),
        cluster=_cluster(answers, identity),
        database=_database(answers),
        encryption=EncryptionSpec(answers.text("kms_key_arn")),
        dns_zone=answers.text("dns_zone") or f"{name}.{identity.organization}.{identity.base_domain}",
        log_retention_days=int(answers.text("log_retention_days")),
        deployment_role_arn=identity.deployment_role_arn,
        operations_principal_arn=identity.operations_principal_arn,
        permissions_boundary_arn=identity.boundary_arn,
        tags=tuple(_tags(answers)),
        tls_at_load_balancer=answers.text("certificate_issuer") == "aws",
        tailoring=identity.tailoring,
    )


def _network(answers: Answers, network: NetworkLayout) -> NetworkSpec:
    return NetworkSpec(
        vpc_cidr=network.vpc,
        public_cidrs=tuple(zone.public for zone in network.zones),
        private_cidrs=tuple(zone.private for zone in network.zones),
        database_cidrs=tuple(zone.database for zone in network.zones),
        connectivity=Connectivity(answers.text("connectivity")),
        transit_gateway_id=answers.text("transit_gateway_id"),
        gateway_cidrs=tuple(item.cidr for item in answers.ranges("gateway_ranges")),
        gateway_route_table_id=answers.text("gateway_route_table_id"),
        principals=answers.chosen("principals"),
        existing=_existing(answers),
        flow_logs=FlowLogs(answers.text("flow_logs")),
    )


def _existing(answers: Answers) -> ExistingNetwork | None:
    if answers.text("vpc_owner") != "customer":
        return None
    named = [
        tuple(item.name for item in answers.ranges(key))
        for key in ("public_subnets", "private_subnets", "database_subnets")
    ]
    return ExistingNetwork(answers.text("vpc_id"), *named)


def _cluster(answers: Answers, identity: PlanIdentity) -> ClusterSpec:
    allowed = {*identity.control_plane_cidrs, *(item.cidr for item in answers.ranges("api_ranges"))}
    return ClusterSpec(
        kubernetes_version=tiers.KUBERNETES_VERSION,
        instance_types=(answers.text("instance_type"),),
        nodes_min=answers.number("nodes_min"),
        nodes_max=answers.number("nodes_max"),
        endpoint_cidrs=tuple(sorted(allowed)),
        endpoint_closes=answers.text("api_afterwards") == "closed",
        node_groups=tuple(map(_node_group, answers.chosen("node_groups"))),
        pod_identity=answers.text("runtime_identity") == "pods",
    )


def _node_group(line: str) -> NodeGroupSpec:
    """Of a line that `node_group` has found right."""
    name, types, low, high, *spot = line.split(" ")
    return NodeGroupSpec(name, tuple(types.split(",")), int(low), int(high), bool(spot))


def _database(answers: Answers) -> DatabaseSpec:
    storage = answers.number("storage_gib")
    return DatabaseSpec(
        instance_class=tiers.database_tier(answers.number("operations_peak")).instance_class,
        engine_version=tiers.POSTGRES_VERSION,
        storage_gib=storage,
        storage_limit_gib=sizing.storage_limit(storage),
        multi_az=answers.text("environment") == Environment.PRODUCTION,
        backup_retention_days=answers.number("backup_days"),
        backup_window=sizing.backup_window(answers),
        maintenance_window=sizing.maintenance_window(answers),
        vault_days=answers.number("vault_days"),
    )


def _tags(answers: Answers) -> Iterator[tuple[str, str]]:
    yield "certificate-issuer", answers.text("certificate_issuer")
    if rules := answers.chosen("compliance"):
        yield "compliance", "+".join(rules)
    if center := answers.text("cost_center"):
        yield "cost-center", center
    yield "environment", answers.text("environment")


def _recovery(answers: Answers) -> RecoveryObjectives:
    return RecoveryObjectives(
        data_rpo_minutes=answers.number("data_rpo_minutes"),
        data_rto_hours=answers.number("data_rto_hours"),
        kubernetes_rpo_hours=answers.number("kubernetes_rpo_hours"),
        kubernetes_rto_hours=answers.number("kubernetes_rto_hours"),
    )


def _departures(answers: Answers) -> Iterator[Departure]:
    for key, question in answers.questions.items():
        if question.default not in ("", ()) and answers.differs(key):
            default = shown(question, answers.default(key))
            yield Departure(key, question.label, answers.shown(key), default, answers.reasons.get(key, ""))


def _recorded(answers: Answers) -> Iterator[RecordedAnswer]:
    for key, question in answers.questions.items():
        if question.recorded_only and answers.asked(key):
            yield RecordedAnswer(key, question.label, answers.shown(key))

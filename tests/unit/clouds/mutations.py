"""One changed field for every kind of change the table of kinds knows, with the call that must follow.

A manifest is named as the blueprint names it; `Mutation.fields` are merged into its `forProvider`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regions.blueprints.manifests import Manifest
from regions.clouds.aws.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Mutation:
    manifest: str
    fields: Mapping[str, Any]
    method: str

    def __str__(self) -> str:
        return f"{self.manifest}-{'-'.join(self.fields)}"


_EXPIRES = {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 10}
_TIDIED = json.dumps({"rules": [{"rulePriority": 1, "selection": _EXPIRES, "action": {"type": "expire"}}]})

COMMON = (
    Mutation("vpc", {"enableDnsHostnames": False}, "modify_vpc_attribute"),
    Mutation("public-a", {"mapPublicIpOnLaunch": True}, "modify_subnet_attribute"),
    Mutation(
        "public-a-routing", {"routeTableIdRef": {"name": "database-routes"}}, "replace_route_table_association"
    ),
    Mutation("private-routes-a-to-internet", {"natGatewayIdRef": {"name": "nat-gateway-b"}}, "replace_route"),
    Mutation("database-from-private-a", {"description": "PostgreSQL from a"}, "modify_security_group_rules"),
    Mutation("database-from-private-b", {"cidrIpv4": "10.0.64.0/20"}, "modify_security_group_rules"),
    Mutation("cluster-security-out", {"description": "Out"}, "modify_security_group_rules"),
    Mutation("encryption-key", {"description": "Changed"}, "update_key_description"),
    Mutation("encryption-key", {"rotationPeriodInDays": 180}, "enable_key_rotation"),
    Mutation("encryption-key", {"policy": ...}, "put_key_policy"),
    Mutation("read-only-role", {"description": "Changed"}, "update_role"),
    Mutation("cluster-role", {"assumeRolePolicy": ...}, "update_assume_role_policy"),
    Mutation("read-only-policy-1", {"policy": ...}, "create_policy_version"),
    Mutation("platform-logs", {"retentionInDays": 90}, "put_retention_policy"),
    Mutation("cluster", {"version": "1.34"}, "update_cluster_version"),
    Mutation("cluster", {"enabledClusterLogTypes": ["api"]}, "update_cluster_config"),
    Mutation(
        "node-group", {"scalingConfig": {"minSize": 4, "maxSize": 12, "desiredSize": 4}}, "update_nodegroup_config"
    ),
    Mutation("node-group", {"labels": {"byoc.akka.io/pool": "other"}}, "update_nodegroup_config"),
    Mutation("node-group", {"version": "1.34"}, "update_nodegroup_version"),
    Mutation("addon-vpc-cni", {"configurationValues": '{"enableNetworkPolicy": "false"}'}, "update_addon"),
    Mutation("runtime-identity", {"roleArnRef": {"name": "records-role"}}, "update_pod_identity_association"),
    Mutation("read-only-access", {"kubernetesGroups": ["viewers"]}, "update_access_entry"),
    Mutation(
        "read-only-access-policy",
        {"accessScope": {"type": "namespace", "namespaces": ["apps"]}},
        "associate_access_policy",
    ),
    Mutation("database", {"instanceClass": "db.r6g.4xlarge"}, "modify_db_instance"),
    Mutation("database", {"allocatedStorage": 400, "backupRetentionPeriod": 14}, "modify_db_instance"),
    Mutation("database-subnets", {"description": "Changed"}, "modify_db_subnet_group"),
    Mutation(
        "database-parameters",
        {
            "parameter": [
                {"name": "rds.force_ssl", "value": "1", "applyMethod": "pending-reboot"},
                {"name": "log_connections", "value": "1", "applyMethod": "immediate"},
            ]
        },
        "modify_db_parameter_group",
    ),
    Mutation("load-balancer", {"enableCrossZoneLoadBalancing": False}, "modify_load_balancer_attributes"),
    Mutation("load-balancer", {"securityGroupRefs": [{"name": "cluster-security"}]}, "set_security_groups"),
    Mutation(
        "targets",
        {"healthCheck": {"protocol": "TCP", "port": "traffic-port", "interval": 30}},
        "modify_target_group",
    ),
    Mutation("listener", {"port": 8443}, "modify_listener"),
    Mutation("state-bucket-public-access", {"blockPublicAcls": False}, "put_public_access_block"),
    Mutation(
        "state-bucket-ownership",
        {"rule": {"objectOwnership": "BucketOwnerPreferred"}},
        "put_bucket_ownership_controls",
    ),
    Mutation(
        "state-bucket-versioning", {"versioningConfiguration": {"status": "Suspended"}}, "put_bucket_versioning"
    ),
    Mutation(
        "state-bucket-encryption",
        {
            "rule": [
                {
                    "bucketKeyEnabled": False,
                    "applyServerSideEncryptionByDefault": {
                        "sseAlgorithm": "aws:kms",
                        "kmsMasterKeyIdRef": {"name": "encryption-key"},
                    },
                }
            ]
        },
        "put_bucket_encryption",
    ),
    Mutation("state-bucket-policy", {"policy": ...}, "put_bucket_policy"),
    Mutation("registry", {"imageTagMutability": "MUTABLE"}, "put_image_tag_mutability"),
    Mutation(
        "registry", {"imageScanningConfiguration": {"scanOnPush": False}}, "put_image_scanning_configuration"
    ),
    Mutation("registry-tidied", {"policy": _TIDIED}, "put_lifecycle_policy"),
    Mutation("record-apps", {"ttl": 60}, "change_resource_record_sets"),
    Mutation("runtime-secret", {"description": "Changed"}, "update_secret"),
    Mutation(
        "backup-plan",
        {
            "rule": [
                {
                    "ruleName": "weekly",
                    "targetVaultName": "byoc-a1b2c3d4e5-vault",
                    "schedule": "cron(0 6 ? * SUN *)",
                    "lifecycle": {"deleteAfter": 90},
                }
            ]
        },
        "update_backup_plan",
    ),
    Mutation("dns-zone", {"comment": "Changed"}, "update_hosted_zone_comment"),
)
PUBLIC_ENDPOINT = Mutation(
    "cluster", {"vpcConfig": {"publicAccessCidrs": ["203.0.113.0/24"]}}, "update_cluster_config"
)
PRIVATE_LINK = (
    Mutation("endpoint-service", {"acceptanceRequired": False}, "modify_vpc_endpoint_service_configuration"),
)
TRANSIT_GATEWAY = (
    Mutation("transit-gateway-attachment", {"dnsSupport": "disable"}, "modify_transit_gateway_vpc_attachment"),
)


def mutated(manifest: Manifest, mutation: Mutation) -> Manifest:
    """`...` stands for a policy document with one more statement; nested fields are merged one level deep."""
    return manifest.with_fields(
        **{name: _value(manifest.for_provider.get(name), value) for name, value in mutation.fields.items()}
    )


def _value(now: Any, value: Any) -> Any:
    if value is ...:
        document = json.loads(now)
        document["Statement"].append({**document["Statement"][0], "Sid": "Added"})
        return json.dumps(document)
    return {**now, **value} if isinstance(now, dict) and "publicAccessCidrs" in value else value


def tag_mutations(manifests: Mapping[str, Manifest]) -> list[Mutation]:
    """A changed tag, once for every kind that carries tags."""
    first = {manifest.kind: manifest for manifest in reversed(list(manifests.values()))}
    found = []
    for kind, manifest in sorted(first.items()):
        tagging = KINDS[kind].tagging
        if tagging and tagging.change:
            tags = {**manifest.tags, "cost-centre": "42"}
            found.append(Mutation(manifest.name, {"tags": tags}, tagging.change.method))
    return found

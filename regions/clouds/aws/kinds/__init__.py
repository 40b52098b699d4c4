"""Every AWS kind that the blueprints emit, by the name in its manifest."""

from regions.clouds.aws.kinds import (
    ecr_repository,
    eip,
    eks_access,
    eks_cluster,
    eks_node_group,
    iam_attachment,
    iam_oidc_provider,
    iam_policy,
    iam_role,
    internet_gateway,
    kms_alias,
    kms_key,
    load_balancer,
    log_group,
    nat_gateway,
    rds_groups,
    rds_instance,
    route,
    route53_zone,
    route_table,
    route_table_association,
    s3_bucket,
    s3_settings,
    security_group,
    security_group_rules,
    subnet,
    transit_gateway_attachment,
    vpc,
    vpc_endpoint_service,
)
from regions.clouds.aws.table import Kind

_NETWORK = (
    eip.KIND,
    internet_gateway.KIND,
    nat_gateway.KIND,
    route.KIND,
    route_table.KIND,
    route_table_association.KIND,
    security_group.KIND,
    security_group_rules.EGRESS,
    security_group_rules.INGRESS,
    subnet.KIND,
    transit_gateway_attachment.KIND,
    vpc.KIND,
    vpc_endpoint_service.KIND,
    vpc_endpoint_service.PRINCIPAL,
)
_IDENTITY = (
    iam_attachment.KIND,
    iam_oidc_provider.KIND,
    iam_policy.KIND,
    iam_role.KIND,
    kms_alias.KIND,
    kms_key.KIND,
)
_COMPUTE = (
    eks_access.ASSOCIATION,
    eks_access.ENTRY,
    eks_cluster.KIND,
    eks_node_group.KIND,
    load_balancer.BALANCER,
    load_balancer.LISTENER,
    load_balancer.TARGETS,
)
_DATA = (
    ecr_repository.KIND,
    log_group.KIND,
    rds_groups.PARAMETER_GROUP,
    rds_groups.SUBNET_GROUP,
    rds_instance.KIND,
    route53_zone.KIND,
    s3_bucket.KIND,
    s3_settings.ENCRYPTION,
    s3_settings.OWNERSHIP,
    s3_settings.POLICY,
    s3_settings.PUBLIC_ACCESS,
    s3_settings.VERSIONING,
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in (*_NETWORK, *_IDENTITY, *_COMPUTE, *_DATA)}

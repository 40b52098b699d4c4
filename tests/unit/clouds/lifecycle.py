"""A whole region's life, from the first call to the last: created, changed, used, deleted."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

from regions.clouds.aws.kept_secrets import AwsKeptSecrets
from regions.clouds.aws.kinds import KINDS
from regions.clouds.aws.leftovers import AwsLeftovers
from regions.clouds.aws.objects import AwsObjects
from regions.clouds.aws.session import Session
from regions.clouds.aws.survey import AwsMender, AwsSurvey
from tests.unit.clouds import driver
from tests.unit.clouds.conftest import Region
from tests.unit.clouds.mutations import (
    COMMON,
    PRIVATE_LINK,
    PUBLIC_ENDPOINT,
    TRANSIT_GATEWAY,
    mutated,
    tag_mutations,
)

OURS = ("byoc:region", "byoc:connection")
WAY_BACK = "gateway-route-to-region"
GATEWAY_ROUTE = "private-routes-a-to-gateway-10-0-0-0-8"


def live(region: Region) -> None:
    """Provision, each creation asked for twice; change everything; use it; deprovision."""
    manifests = list(region.manifests.values())
    driver.provision(region.client, manifests)
    for manifest in manifests:
        region.client.create(manifest, token="another-token")
    region.created = [method for method, _ in region.calls]
    change_everything(region)
    versioning = next(one for one in manifests if one.kind == "BucketVersioning")
    region.manifests[versioning.name] = versioning
    driver.settle(region.client, versioning)
    run(region)
    watch(region)
    leave_things_behind(region)
    driver.deprovision(region.client, list(region.manifests.values()))
    look_for_leftovers(region)


def look_for_leftovers(region: Region) -> None:
    searcher = AwsLeftovers(region.session, region.session)
    _, refused = searcher.search(region_id=region.spec.region_id, prefix=f"byoc-{region.spec.short}")
    assert refused == ()


def run(region: Region) -> None:
    """What a running region needs: its bucket written, read and tidied, an external secret, a new password."""
    objects = AwsObjects(region.session, region.spec.account_id, region.manifests["state-bucket"].external_name)
    for body in (b"one", b"two"):
        objects.put("desired/secrets/a/1.jwe", body, "application/jose")
    objects.put("desired/index.json", b"{}", "application/json")
    assert objects.get("desired/index.json") == b"{}"
    assert objects.get("region/applied.json") is None
    assert objects.keys("desired/") == ("desired/index.json", "desired/secrets/a/1.jwe")
    objects.remove("desired/secrets/a/1.jwe")
    assert objects.keys("desired/") == ("desired/index.json",)
    kept = AwsKeptSecrets(region.session)
    administrator = region.door.administrator(region.spec.account_id, region.spec.cloud_region)
    tags = [{"Key": "byoc:connection", "Value": region.spec.connection_id}]
    made = administrator.client("secretsmanager").create_secret(Name="ledger", SecretString="x", Tags=tags)
    assert kept.describe(made["ARN"]).name == "ledger"
    database = next(one for one in region.manifests.values() if one.kind == "Instance").external_name
    kept.rotate_master_password(database)
    while kept.master_password_state(database) != "active":
        pass
    _until_available(administrator, database)


def _until_available(administrator: Session, database: str) -> None:
    client = administrator.client("rds")
    waiter = client.get_waiter("db_instance_available")
    waiter.wait(DBInstanceIdentifier=database, WaiterConfig={"Delay": 1, "MaxAttempts": 30})


def live_by_gateway(region: Region) -> None:
    """The part of a region that hangs on a transit gateway: attached, changed, and left."""
    part = driver.closure(list(region.manifests.values()), [GATEWAY_ROUTE, WAY_BACK])
    region.manifests = {one.name: one for one in part}
    driver.provision(region.client, part)
    for mutation in TRANSIT_GATEWAY:
        region.manifests[mutation.manifest] = mutated(region.manifests[mutation.manifest], mutation)
        driver.settle(region.client, region.manifests[mutation.manifest])
        assert mutation.method in [method for method, _ in region.calls]
    _mend_the_way_back(region)
    driver.deprovision(region.client, part)


def _mend_the_way_back(region: Region) -> None:
    """Somebody lets the region's route end nowhere."""
    table = region.spec.network.gateway_route_table_id
    administrator = region.door.administrator(region.spec.account_id, region.spec.cloud_region)
    administrator.client("ec2").replace_transit_gateway_route(
        TransitGatewayRouteTableId=table, DestinationCidrBlock=region.spec.network.vpc_cidr, Blackhole=True
    )
    driver.settle(region.client, region.manifests[WAY_BACK])
    assert "replace_transit_gateway_route" in [method for method, _ in region.calls]


def change_everything(region: Region) -> None:
    """One update of each kind, and of each of its calls; some mend what others did."""
    for mutation in (*COMMON, PUBLIC_ENDPOINT, *PRIVATE_LINK, *tag_mutations(region.manifests)):
        manifest = mutated(region.manifests[mutation.manifest], mutation)
        region.manifests[mutation.manifest] = manifest
        driver.settle(region.client, manifest)
    administrator = region.door.administrator(region.spec.account_id, region.spec.cloud_region)
    role = region.manifests["elevated-role"]
    administrator.client("iam").put_role_permissions_boundary(
        RoleName=role.external_name, PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess"
    )
    other = administrator.client("kms").create_key()["KeyMetadata"]["KeyId"]
    alias = region.manifests["encryption-key-alias"]
    tags = [{"TagKey": key, "TagValue": region.manifests["encryption-key"].tags[key]} for key in OURS]
    administrator.client("kms").tag_resource(KeyId=other, Tags=tags)
    administrator.client("kms").update_alias(AliasName=alias.external_name, TargetKeyId=other)
    logs = region.manifests["platform-logs"]
    administrator.client("logs").disassociate_kms_key(logGroupName=logs.external_name)
    for manifest in (role, alias, logs):
        driver.settle(region.client, manifest)


def watch(region: Region) -> None:
    """What a scan reads, and what puts back what others added."""
    spec = region.spec
    survey = AwsSurvey(region.session, spec.account_id, spec.cloud_region, [spec.region_id])
    for manifest in region.manifests.values():
        assert survey.look(manifest, region.manifests, "").exists, manifest.name
    assert survey.trail(since=datetime.now(UTC) - timedelta(hours=1), until=datetime.now(UTC)).traces
    administrator = region.door.administrator(spec.account_id, spec.cloud_region)
    role = region.manifests["read-only-role"]
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    administrator.client("iam").put_role_policy(
        RoleName=role.external_name, PolicyName="more", PolicyDocument=json.dumps(document)
    )
    mender = AwsMender(region.session, spec.account_id, spec.cloud_region)
    mender.remove_additions(role, region.manifests)
    assert mender.look_closely(role, region.manifests, "").up_to_date


def leave_things_behind(region: Region) -> None:
    """What a living region leaves: objects in its bucket, records in its zone."""
    bucket = region.manifests["state-bucket"].external_name
    administrator = region.door.administrator(region.spec.account_id, region.spec.cloud_region)
    s3 = administrator.client("s3")
    for body in (b"one", b"two"):
        s3.put_object(Bucket=bucket, Key="state.json", Body=body)
    s3.delete_object(Bucket=bucket, Key="state.json")
    _leave_copies(region, administrator)
    zone = region.client.observe(region.manifests["dns-zone"]).external_id
    record = {
        "Name": f"akka.{region.spec.dns_zone}",
        "Type": "TXT",
        "TTL": 60,
        "ResourceRecords": [{"Value": '"x"'}],
    }
    change = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    administrator.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=change)


def _leave_copies(region: Region, administrator: Session) -> None:
    """A recovery point in the vault, and an image that a node fetched through the cache."""
    vault, tags = region.manifests["backup-vault"], region.manifests["backup-vault"].tags
    administrator.client("backup").start_backup_job(
        BackupVaultName=vault.external_name,
        ResourceArn=region.client.observe(region.manifests["database"]).facts["arn"],
        IamRoleArn=region.client.observe(region.manifests["backup-role"]).facts["arn"],
        RecoveryPointTags={key: tags[key] for key in OURS},
    )
    prefix = region.manifests["registry-cache-public"].for_provider["ecrRepositoryPrefix"]
    administrator.client("ecr").create_repository(repositoryName=f"{prefix}/nginx")


def left(region: Region) -> list[str]:
    return [name for name, manifest in region.manifests.items() if region.client.observe(manifest).exists]


def creations(region: Region) -> tuple[Counter[str], Counter[str]]:
    """How often each creating call was made, and how often the manifests want it."""
    made = Counter(region.created)
    wanted = Counter(KINDS[manifest.kind].create.method for manifest in region.manifests.values())
    return Counter({method: made[method] for method in wanted}), wanted

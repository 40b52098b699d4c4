"""RDS: instances take their time; combinations, keys and groups are checked as RDS checks them."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.rds.models import MasterUserSecret, RDSBackend, rds_backends

from sandbox.aws import delays
from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import answers, before
from sandbox.aws.kms import check_usable
from sandbox.aws.patching import replace
from sandbox.aws.quotas import limit
from sandbox.aws.requests import Call
from sandbox.aws.state import state

Key = tuple[str, str, str]
MODIFYING_SHARE = 0.2
VERSIONS = ("17.6", "17.5", "17.4", "16.10", "16.9", "16.8", "15.14", "15.13")
FAMILIES = ("db.t4g", "db.t3", "db.m6g", "db.m7g", "db.m6i", "db.r6g", "db.r7g", "db.r6i")
SIZES = ("medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")
SMALL = ("micro", "small", "medium", "large", "xlarge", "2xlarge")
STORAGE = ("gp3", "gp2", "io1")


def classes() -> list[str]:
    found = []
    for family in FAMILIES:
        sizes = SMALL if family.startswith("db.t") else SIZES[1:]
        found += [f"{family}.{size}" for size in sizes]
    return found


def _backend(call: Call) -> Any:
    return rds_backends[call.account][call.region]


def _zones(region: str) -> list[dict[str, str]]:
    return [{"Name": zone.name} for zone in RegionsAndZonesBackend.zones.get(region, [])][:3]


@answers("rds", "DescribeOrderableDBInstanceOptions")
def orderable(call: Call) -> Mapping[str, Any]:
    engine = str(call.params.get("Engine"))
    version, wanted = call.params.get("EngineVersion"), call.params.get("DBInstanceClass")
    found = [
        _option(call.region, name, text, storage)
        for text in (VERSIONS if engine == "postgres" else ())
        for name in classes()
        for storage in STORAGE
        if version in (None, text, text.split(".")[0]) and wanted in (None, name)
    ]
    start, size = int(call.params.get("Marker") or 0), int(call.params.get("MaxRecords") or 100)
    answer: dict[str, Any] = {"OrderableDBInstanceOptions": found[start : start + size]}
    if start + size < len(found):
        answer["Marker"] = str(start + size)
    return answer


def _option(region: str, name: str, version: str, storage: str) -> dict[str, Any]:
    return {
        "Engine": "postgres",
        "EngineVersion": version,
        "DBInstanceClass": name,
        "LicenseModel": "postgresql-license",
        "AvailabilityZones": _zones(region),
        "MultiAZCapable": True,
        "ReadReplicaCapable": True,
        "Vpc": True,
        "SupportsStorageEncryption": True,
        "StorageType": storage,
        "SupportsIops": storage != "gp2",
        "SupportsEnhancedMonitoring": True,
        "SupportsIAMDatabaseAuthentication": True,
        "SupportsPerformanceInsights": True,
        "MinStorageSize": 100 if storage == "io1" else 20,
        "MaxStorageSize": 65536,
        "SupportsStorageAutoscaling": True,
        "SupportedNetworkTypes": ["IPV4", "DUAL"],
    }


@answers("rds", "DescribeDBEngineVersions")
def engine_versions(call: Call) -> Mapping[str, Any]:
    version, family = call.params.get("EngineVersion"), call.params.get("DBParameterGroupFamily")
    found = []
    for text in VERSIONS if call.params.get("Engine") in (None, "postgres") else ():
        major = text.split(".")[0]
        if version in (None, text, major) and family in (None, f"postgres{major}"):
            found.append(_engine_version(text, major))
    return {"DBEngineVersions": found[:1] if call.params.get("DefaultOnly") else found}


def _engine_version(text: str, major: str) -> dict[str, Any]:
    return {
        "Engine": "postgres",
        "EngineVersion": text,
        "MajorEngineVersion": major,
        "DBParameterGroupFamily": f"postgres{major}",
        "DBEngineDescription": "PostgreSQL",
        "DBEngineVersionDescription": f"PostgreSQL {text}-R1",
        "ExportableLogTypes": ["postgresql", "upgrade"],
        "SupportsLogExportsToCloudwatchLogs": True,
        "SupportsReadReplica": True,
        "Status": "available",
        "ValidUpgradeTarget": [
            {"Engine": "postgres", "EngineVersion": newer, "IsMajorVersionUpgrade": newer.split(".")[0] != major}
            for newer in VERSIONS
            if _ordered(newer) > _ordered(text)
        ],
    }


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@before("rds", "CreateDBInstance")
def check_create(call: Call) -> None:
    params = call.params
    engine, version, name = params.get("Engine"), params.get("EngineVersion"), params.get("DBInstanceClass")
    if engine == "postgres" and (
        name not in classes()
        or (version and version not in (*VERSIONS, *(text.split(".")[0] for text in VERSIONS)))
    ):
        message = (
            "RDS does not support creating a DB instance with the following combination: "
            f"DBInstanceClass={name}, Engine={engine}, EngineVersion={version}, LicenseModel=postgresql-license. "
            "For supported combinations of instance class and database engine version, see the documentation."
        )
        raise AwsError("InvalidParameterCombination", message, 400)
    if len(_backend(call).databases) >= limit(call.account, call.region, "rds", "L-7B6409FD"):
        raise AwsError("InstanceQuotaExceeded", "DB Instance quota exceeded", 400)
    if params.get("KmsKeyId"):
        check_usable(call, str(params["KmsKeyId"]), AwsError(
            "KMSKeyNotAccessibleFault", f"The specified KMS key [{params['KmsKeyId']}] does not exist, is not "
            "enabled or you do not have permissions to access it.", 400))  # fmt: skip


@before("rds", "CreateDBSubnetGroup", "ModifyDBSubnetGroup")
def check_zones(call: Call) -> None:
    backend: Any = ec2_backends[call.account][call.region]
    wanted = call.params.get("SubnetIds") or []
    zones = {zone for zone, subnets in backend.subnets.items() for subnet in wanted if subnet in subnets}
    if len(zones) < 2:
        message = (
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: "
            f"{', '.join(sorted(zones)) or 'none'}. Add subnets to cover at least 2 AZs."
        )
        raise AwsError("DBSubnetGroupDoesNotCoverEnoughAZs", message, 400)


@before("rds", "DeleteDBSubnetGroup", "DeleteDBParameterGroup")
def check_unused(call: Call) -> None:
    databases = _backend(call).databases.values()
    group = str(call.params.get("DBSubnetGroupName") or "").lower()
    if group and any(item.db_subnet_group and item.db_subnet_group.name == group
                     for item in databases):  # fmt: skip
        message = (
            f"Cannot delete the subnet group '{group}' because at least one database instance is still using it."
        )
        raise AwsError("InvalidDBSubnetGroupStateFault", message, 400)
    group = str(call.params.get("DBParameterGroupName") or "")
    if group and any(item.db_parameter_group_name == group for item in databases):
        message = f"One or more database instances are still members of this parameter group {group}."
        raise AwsError("InvalidDBParameterGroupState", message, 400)


@before("rds", "DeleteDBInstance", "ModifyDBInstance")
def check_state(call: Call) -> None:
    database = _backend(call).databases.get(str(call.params.get("DBInstanceIdentifier")))
    if database is None:
        return
    if call.operation == "DeleteDBInstance" and not call.params.get("SkipFinalSnapshot"):
        if not call.params.get("FinalDBSnapshotIdentifier"):
            message = "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."
            raise AwsError("InvalidParameterCombination", message, 400)
        if database.status == "creating":
            message = (
                f"Instance {database.db_instance_identifier} is currently creating - a final snapshot cannot be "
            )
            raise AwsError("InvalidDBInstanceState", f"{message}taken.", 400)
    if database.status == "deleting" or (call.operation == "ModifyDBInstance" and database.status == "creating"):
        message = f"Instance {database.db_instance_identifier} is in state {database.status}."
        raise AwsError("InvalidDBInstanceState", message, 400)


def _create(backend: Any, db_kwargs: dict[str, Any]) -> Any:
    database = ORIGINAL["create"](backend, db_kwargs)
    if database.engine == "postgres":
        database.license_model = "postgresql-license"
    _start(backend, database, "creating", delays.seconds_of("rds"))
    return database


def _modify(backend: Any, identifier: str, db_kwargs: dict[str, Any]) -> Any:
    database = ORIGINAL["modify"](backend, identifier, db_kwargs)
    _start(backend, database, "modifying", delays.seconds_of("rds") * MODIFYING_SHARE)
    return database


def _start(backend: Any, database: Any, status: str, seconds: float) -> None:
    database.status = status
    key = (backend.account_id, backend.region_name, database.db_instance_identifier)
    delays.later("rds", key, "available", seconds)


def _delete(
    backend: Any,
    db_instance_identifier: str,
    final_db_snapshot_identifier: str | None = None,
    skip_final_snapshot: bool | None = False,
    delete_automated_backups: bool | None = True,
) -> Any:
    database = backend.databases.get(db_instance_identifier)
    if database is None or database.deletion_protection:
        return ORIGINAL["delete"](backend, db_instance_identifier)
    if final_db_snapshot_identifier and not skip_final_snapshot:
        backend.create_db_snapshot(db_instance_identifier, final_db_snapshot_identifier)
    database.status = "deleting"
    key = (backend.account_id, backend.region_name, db_instance_identifier)
    state().shelf("rds:backups")[key] = delete_automated_backups
    delays.later("rds", key, "", delays.seconds_of("rds", deleting=True))
    return database


@delays.on_due("rds")
def _settle(key: Key, outcome: str) -> None:
    backend: Any = rds_backends[key[0]][key[1]]
    database = backend.databases.get(key[2])
    if database is None:
        return
    if outcome:
        database.status = outcome
        return
    drop = state().shelf("rds:backups").pop(key, True)
    ORIGINAL["delete"](backend, key[2], None, True, drop)


def _secret(managed: Any) -> str:
    return json.dumps({"username": managed.resource.master_username, "password": secrets.token_urlsafe(24)})


ORIGINAL: dict[str, Any] = {}


def install() -> None:
    replace(MasterUserSecret, "_generate_secret_string", _secret)
    ORIGINAL["create"] = replace(RDSBackend, "create_db_instance", _create)
    ORIGINAL["modify"] = replace(RDSBackend, "modify_db_instance", _modify)
    ORIGINAL["delete"] = replace(RDSBackend, "delete_db_instance", _delete)

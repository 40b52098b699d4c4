"""The region's PostgreSQL: encrypted, in subnets without a way out, its password kept by AWS."""

from regions.blueprints.aws.build import prefix, ref, refs, resource
from regions.blueprints.aws.encryption import key
from regions.blueprints.aws.logs import DATABASE_LOGS, database_name
from regions.blueprints.aws.where import in_subnets
from regions.blueprints.manifests import Manifest
from regions.spec import DatabaseSpec, Environment, RegionSpec

DATABASE = "database"


def database(spec: RegionSpec) -> list[Manifest]:
    return [_subnet_group(spec), _parameters(spec), _instance(spec)]


def _subnet_group(spec: RegionSpec) -> Manifest:
    fields = {
        "description": f"Database subnets of region {spec.name}",
        **in_subnets(spec, "database"),
    }
    return resource(
        spec,
        "SubnetGroup",
        "database-subnets",
        "Subnet group of the database",
        fields,
        group="rds",
        external_name=f"{prefix(spec)}-database",
    )


def _parameters(spec: RegionSpec) -> Manifest:
    fields = {
        "family": f"postgres{spec.database.engine_version.partition('.')[0]}",
        "description": f"PostgreSQL settings of region {spec.name}",
        "parameter": [{"name": "rds.force_ssl", "value": "1", "applyMethod": "pending-reboot"}],
    }
    return resource(
        spec,
        "ParameterGroup",
        "database-parameters",
        "Parameter group of the database",
        fields,
        group="rds",
        external_name=f"{prefix(spec)}-database",
    )


def _instance(spec: RegionSpec) -> Manifest:
    lasting = spec.environment is Environment.PRODUCTION
    wanted = spec.database
    fields = {
        "engine": "postgres",
        "engineVersion": wanted.engine_version,
        "instanceClass": wanted.instance_class,
        "dbName": "akka",
        "username": "akka",
        "port": 5432,
        "manageMasterUserPassword": True,
        **key(spec, "masterUserSecretKmsKeyId"),
        "storageType": "gp3",
        "allocatedStorage": wanted.storage_gib,
        "maxAllocatedStorage": wanted.storage_limit_gib,
        "storageEncrypted": True,
        **key(spec, "kmsKeyId"),
        "multiAz": wanted.multi_az,
        "publiclyAccessible": False,
        "dbSubnetGroupNameRef": ref("database-subnets"),
        "parameterGroupNameRef": ref("database-parameters"),
        "vpcSecurityGroupIdRefs": refs(["database-security"]),
        "autoMinorVersionUpgrade": False,
        "deletionProtection": lasting,
        "enabledCloudwatchLogsExports": ["postgresql"],
        **_backups(spec.database),
        **_last_snapshot(spec, lasting),
    }
    return resource(
        spec,
        "Instance",
        DATABASE,
        "PostgreSQL database",
        fields,
        group="rds",
        external_name=database_name(spec),
        needs=[DATABASE_LOGS],
    )


def _backups(wanted: DatabaseSpec) -> dict[str, object]:
    return {
        "backupRetentionPeriod": wanted.backup_retention_days,
        "backupWindow": wanted.backup_window,
        "maintenanceWindow": wanted.maintenance_window,
        "copyTagsToSnapshot": True,
    }


def _last_snapshot(spec: RegionSpec, lasting: bool) -> dict[str, object]:
    if not lasting:
        return {"skipFinalSnapshot": True}
    return {"skipFinalSnapshot": False, "finalSnapshotIdentifier": f"{prefix(spec)}-final"}

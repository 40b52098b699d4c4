"""RDS instance; AWS makes and keeps its master password, in Secrets Manager, in our name."""

from regions.clouds.aws.guards import Action, Guard
from regions.clouds.aws.named import key_use, on, regional, service_linked
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import (
    ARN,
    NAME,
    TAGS,
    UNORDERED,
    Call,
    Change,
    Field,
    Kind,
    Lookup,
    States,
    Tagging,
    Wanted,
    pairs,
)

_DATABASES = regional("rds", "db:byoc-*")
_BESIDE = regional("rds", "subgrp:byoc-*", "pg:byoc-*", "og:default*")
_SNAPSHOTS = regional("rds", "snapshot:byoc-*")
_SECRETS = regional("secretsmanager", "secret:rds!*")


def _unprotect(subject: Subject) -> None:
    """Deletion was approved by the time we are here: the protection has done its work."""
    if subject.seen.get("DeletionProtection"):
        request = {"DBInstanceIdentifier": subject.id, "DeletionProtection": False, "ApplyImmediately": True}
        subject.ask("modify_db_instance", request)


def _fixed(path: str, seen: str, sent: str = "", refers: str = "id") -> Field:
    return Field(path, seen, sent=sent or seen, refers=refers)


def _changed(path: str, seen: str) -> Field:
    return Field(path, seen, sent=seen, change="instance")


KIND = Kind(
    name="Instance",
    service="rds",
    lookup=Lookup("describe_db_instances", {"DBInstanceIdentifier": NAME}, "DBInstances"),
    id="DBInstanceIdentifier",
    arn="DBInstanceArn",
    create=Call("create_db_instance", {"DBInstanceIdentifier": NAME}),
    fields=(
        _fixed("engine", "Engine"),
        _fixed("dbName", "DBName"),
        _fixed("username", "MasterUsername"),
        _fixed("port", "Endpoint.Port", sent="Port"),
        _fixed("storageType", "StorageType"),
        _fixed("storageEncrypted", "StorageEncrypted"),
        _fixed("kmsKeyId", "KmsKeyId", refers="arn"),
        _fixed("publiclyAccessible", "PubliclyAccessible"),
        _fixed("dbSubnetGroupName", "DBSubnetGroup.DBSubnetGroupName", sent="DBSubnetGroupName"),
        Field(
            "manageMasterUserPassword",
            "MasterUserSecret.SecretArn && `true`",
            sent="ManageMasterUserPassword",
        ),
        _fixed(
            "masterUserSecretKmsKeyId",
            "MasterUserSecret.KmsKeyId",
            sent="MasterUserSecretKmsKeyId",
            refers="arn",
        ),
        Field(
            "enabledCloudwatchLogsExports",
            "EnabledCloudwatchLogsExports",
            sent="EnableCloudwatchLogsExports",
            form=UNORDERED,
        ),
        Field(
            "vpcSecurityGroupIds",
            "VpcSecurityGroups[].VpcSecurityGroupId",
            sent="VpcSecurityGroupIds",
            change="instance",
            form=UNORDERED,
        ),
        Field(
            "parameterGroupName",
            "DBParameterGroups[0].DBParameterGroupName",
            sent="DBParameterGroupName",
            change="instance",
        ),
        _changed("instanceClass", "DBInstanceClass"),
        _changed("engineVersion", "EngineVersion"),
        _changed("allocatedStorage", "AllocatedStorage"),
        _changed("maxAllocatedStorage", "MaxAllocatedStorage"),
        _changed("multiAz", "MultiAZ"),
        _changed("backupRetentionPeriod", "BackupRetentionPeriod"),
        _changed("backupWindow", "PreferredBackupWindow"),
        _changed("maintenanceWindow", "PreferredMaintenanceWindow"),
        _changed("autoMinorVersionUpgrade", "AutoMinorVersionUpgrade"),
        _changed("copyTagsToSnapshot", "CopyTagsToSnapshot"),
        _changed("deletionProtection", "DeletionProtection"),
    ),
    changes={"instance": Change("modify_db_instance", {"DBInstanceIdentifier": NAME, "ApplyImmediately": True})},
    before_delete=_unprotect,
    delete=(
        Call(
            "delete_db_instance",
            {
                "DBInstanceIdentifier": NAME,
                "SkipFinalSnapshot": Wanted("skipFinalSnapshot"),
                "FinalDBSnapshotIdentifier": Wanted("finalSnapshotIdentifier"),
            },
        ),
    ),
    states=States(
        "DBInstanceStatus",
        ready=frozenset({"available", "backing-up", "storage-optimization"}),
        deleting=frozenset({"deleting"}),
        failed=frozenset(
            {
                "failed",
                "incompatible-network",
                "incompatible-parameters",
                "incompatible-restore",
                "inaccessible-encryption-credentials",
                "restore-error",
                "storage-full",
                "stopped",
            }
        ),
        steady=frozenset({"storage-full", "stopped"}),
    ),
    tagging=Tagging(
        seen="TagList",
        sent="Tags",
        shape=pairs(),
        change=Call("add_tags_to_resource", {"ResourceName": ARN, "Tags": TAGS}),
    ),
    facts=(
        "DBInstanceClass",
        "EngineVersion",
        "Endpoint",
        "MultiAZ",
        "AllocatedStorage",
        "StorageEncrypted",
        "KmsKeyId",
        "PendingModifiedValues",
    ),
    actions=(
        *on(("rds:DescribeDBInstances", "rds:AddTagsToResource"), _DATABASES),
        *on(("rds:CreateDBInstance", "rds:AddTagsToResource"), _DATABASES, Guard.REQUEST_TAG),
        *on(("rds:CreateDBInstance", "rds:ModifyDBInstance"), _BESIDE),
        *on(("rds:ModifyDBInstance", "rds:DeleteDBInstance"), _DATABASES, Guard.RESOURCE_TAG),
        Action("rds:DeleteDBInstance", _SNAPSHOTS),
        *on(("secretsmanager:CreateSecret", "secretsmanager:TagResource"), _SECRETS),
        service_linked("rds.amazonaws.com"),
        *key_use(),
    ),
)

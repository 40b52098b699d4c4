"""AWS Backup: vaults, plans and recovery points by their tags; tags at creation are an action of their own."""

from sandbox.aws.requests import Call
from sandbox.aws.state import state
from sandbox.aws.targets.need import Need, arn, pass_role, request_keys, resource_keys

ON_ANYTHING = ("ListBackupVaults", "ListBackupPlans")
TAGS = ("BackupVaultTags", "BackupPlanTags", "Tags")


def needs(call: Call) -> list[Need]:
    action = f"backup:{call.operation}"
    if call.operation in ON_ANYTHING:
        return [Need(action)]
    resource = _resource(call)
    tags = next((dict(call.params[name]) for name in TAGS if call.params.get(name)), {})
    held = resource_keys(state().shelf("backup:tags").get(resource, {}))
    found = [Need(action, resource, {**held, **request_keys(tags)})]
    if call.operation.startswith("Create") and tags:
        found.append(Need("backup:TagResource", resource, request_keys(tags)))
    if call.operation == "CreateBackupVault" and call.params.get("EncryptionKeyArn"):
        found += _key(str(call.params["EncryptionKeyArn"]))
    role = (call.params.get("BackupSelection") or {}).get("IamRoleArn") or call.params.get("IamRoleArn")
    return [*found, *pass_role(role, "backup.amazonaws.com")]


def _key(key: str) -> list[Need]:
    context = {"kms:grantisforawsresource": ("true",)}
    return [Need(action, key, context) for action in ("kms:DescribeKey", "kms:CreateGrant")]


def _resource(call: Call) -> str:
    """The narrowest thing that the call names."""
    for name in ("RecoveryPointArn", "ResourceArn"):
        if call.params.get(name) and call.operation != "StartBackupJob":
            return str(call.params[name])
    if call.params.get("BackupVaultName"):
        return arn(call, "backup", f"backup-vault:{call.params['BackupVaultName']}")
    return arn(call, "backup", f"backup-plan:{call.params.get('BackupPlanId', 'new')}")

"""AWS Backup: vaults, plans, selections and recovery points; moto knows neither selections nor points."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.eks.store import uuid_like
from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call
from sandbox.aws.state import state
from sandbox.aws.targets.need import arn

Item = dict[str, Any]
Key = tuple[str, str, str]


def shelf(kind: str) -> dict[Key, Item]:
    """By account, region and name or id."""
    found: dict[Key, Item] = state().shelf(f"backup:{kind}")
    return found


def tags_at(resource: str) -> dict[str, str]:
    tags: dict[str, str] = state().shelf("backup:tags").setdefault(resource, {})
    return tags


def _key(call: Call, name: str) -> Key:
    return (call.account, call.region, str(call.params[name]))


def _one(call: Call, kind: str, name: str) -> Item:
    item = shelf(kind).get(_key(call, name))
    if item is None:
        raise AwsError("ResourceNotFoundException", f"Cannot find {kind} {call.params[name]}", 400)
    return item


def _own(call: Call, kind: str) -> list[Item]:
    place = (call.account, call.region)
    return [item for key, item in sorted(shelf(kind).items()) if key[:2] == place]


# Vaults and what is in them


@answers("backup", "CreateBackupVault")
def create_vault(call: Call) -> Mapping[str, Any]:
    key = _key(call, "BackupVaultName")
    if key in shelf("vault"):
        raise AwsError("AlreadyExistsException", "Backup vault with the same name already exists", 400)
    own = arn(call, "backup", f"backup-vault:{key[2]}")
    item = {
        "BackupVaultName": key[2],
        "BackupVaultArn": own,
        "CreationDate": datetime.now(UTC),
        "EncryptionKeyArn": call.params.get("EncryptionKeyArn"),
        "NumberOfRecoveryPoints": 0,
    }
    shelf("vault")[key] = item
    tags_at(own).update(call.params.get("BackupVaultTags") or {})
    return item


@answers("backup", "DescribeBackupVault")
def describe_vault(call: Call) -> Mapping[str, Any]:
    return _one(call, "vault", "BackupVaultName")


@answers("backup", "ListBackupVaults")
def list_vaults(call: Call) -> Mapping[str, Any]:
    return {"BackupVaultList": _own(call, "vault")}


@answers("backup", "DeleteBackupVault")
def delete_vault(call: Call) -> Mapping[str, Any]:
    vault = _one(call, "vault", "BackupVaultName")
    if _points(call):
        raise AwsError("InvalidRequestException", "Backup vault cannot be deleted because it contains points", 400)
    shelf("vault").pop(_key(call, "BackupVaultName"))
    state().shelf("backup:tags").pop(vault["BackupVaultArn"], None)
    return {}


def _points(call: Call) -> list[Item]:
    return [one for one in _own(call, "point") if one["BackupVaultName"] == call.params["BackupVaultName"]]


@answers("backup", "StartBackupJob")
def start_job(call: Call) -> Mapping[str, Any]:
    """The sandbox backs up at once, and keeps nothing but that it did."""
    vault = _one(call, "vault", "BackupVaultName")
    own = arn(call, "backup", f"recovery-point:{uuid_like()}")
    shelf("point")[call.account, call.region, own] = {
        "RecoveryPointArn": own,
        "BackupVaultName": vault["BackupVaultName"],
        "BackupVaultArn": vault["BackupVaultArn"],
        "ResourceArn": call.params["ResourceArn"],
        "Status": "COMPLETED",
        "CreationDate": datetime.now(UTC),
    }
    vault["NumberOfRecoveryPoints"] += 1
    tags_at(own).update(call.params.get("RecoveryPointTags") or {})
    return {"BackupJobId": uuid_like(), "RecoveryPointArn": own, "CreationDate": datetime.now(UTC)}


@answers("backup", "ListRecoveryPointsByBackupVault")
def list_points(call: Call) -> Mapping[str, Any]:
    _one(call, "vault", "BackupVaultName")
    return {"RecoveryPoints": _points(call)}


@answers("backup", "DeleteRecoveryPoint")
def delete_point(call: Call) -> Mapping[str, Any]:
    _one(call, "point", "RecoveryPointArn")
    shelf("point").pop(_key(call, "RecoveryPointArn"))
    state().shelf("backup:tags").pop(call.params["RecoveryPointArn"], None)
    _one(call, "vault", "BackupVaultName")["NumberOfRecoveryPoints"] -= 1
    return {}


# Plans and selections


@answers("backup", "CreateBackupPlan")
def create_plan(call: Call) -> Mapping[str, Any]:
    plan = _checked(call, call.params["BackupPlan"])
    if any(one["BackupPlan"]["BackupPlanName"] == plan["BackupPlanName"] for one in _own(call, "plan")):
        raise AwsError("AlreadyExistsException", "Backup plan with the same plan document already exists", 400)
    identifier = uuid_like()
    own = arn(call, "backup", f"backup-plan:{identifier}")
    item = {
        "BackupPlanId": identifier,
        "BackupPlanArn": own,
        "VersionId": uuid_like(),
        "CreationDate": datetime.now(UTC),
        "BackupPlan": plan,
    }
    shelf("plan")[call.account, call.region, identifier] = item
    tags_at(own).update(call.params.get("BackupPlanTags") or {})
    return item


def _checked(call: Call, plan: Mapping[str, Any]) -> Item:
    """A rule names a vault that is there; AWS gives each an id."""
    for rule in plan["Rules"]:
        if (call.account, call.region, rule["TargetBackupVaultName"]) not in shelf("vault"):
            message = f"Backup vault {rule['TargetBackupVaultName']} does not exist"
            raise AwsError("InvalidParameterValueException", message, 400)
    return {**plan, "Rules": [{"RuleId": uuid_like(), **rule} for rule in plan["Rules"]]}


@answers("backup", "GetBackupPlan")
def get_plan(call: Call) -> Mapping[str, Any]:
    return _one(call, "plan", "BackupPlanId")


@answers("backup", "ListBackupPlans")
def list_plans(call: Call) -> Mapping[str, Any]:
    named = [{**one, "BackupPlanName": one["BackupPlan"]["BackupPlanName"]} for one in _own(call, "plan")]
    return {"BackupPlansList": named}


@answers("backup", "UpdateBackupPlan")
def update_plan(call: Call) -> Mapping[str, Any]:
    item = _one(call, "plan", "BackupPlanId")
    item.update({"BackupPlan": _checked(call, call.params["BackupPlan"]), "VersionId": uuid_like()})
    return item


@answers("backup", "DeleteBackupPlan")
def delete_plan(call: Call) -> Mapping[str, Any]:
    item = _one(call, "plan", "BackupPlanId")
    if _selections(call):
        message = "Related backup plan selections must be deleted prior to backup plan deletion"
        raise AwsError("InvalidRequestException", message, 400)
    shelf("plan").pop(_key(call, "BackupPlanId"))
    state().shelf("backup:tags").pop(item["BackupPlanArn"], None)
    return item


def _selections(call: Call) -> list[Item]:
    return [one for one in _own(call, "selection") if one["BackupPlanId"] == call.params["BackupPlanId"]]


@answers("backup", "CreateBackupSelection")
def create_selection(call: Call) -> Mapping[str, Any]:
    plan, wanted = _one(call, "plan", "BackupPlanId"), dict(call.params["BackupSelection"])
    if any(one["SelectionName"] == wanted["SelectionName"] for one in _selections(call)):
        raise AwsError("AlreadyExistsException", "Backup selection with the same name already exists", 400)
    item = {
        "BackupPlanId": plan["BackupPlanId"],
        "SelectionId": uuid_like(),
        "SelectionName": wanted["SelectionName"],
        "CreationDate": datetime.now(UTC),
        "BackupSelection": wanted,
    }
    shelf("selection")[call.account, call.region, item["SelectionId"]] = item
    return item


@answers("backup", "GetBackupSelection")
def get_selection(call: Call) -> Mapping[str, Any]:
    return _one(call, "selection", "SelectionId")


@answers("backup", "ListBackupSelections")
def list_selections(call: Call) -> Mapping[str, Any]:
    _one(call, "plan", "BackupPlanId")
    return {"BackupSelectionsList": _selections(call)}


@answers("backup", "DeleteBackupSelection")
def delete_selection(call: Call) -> Mapping[str, Any]:
    _one(call, "selection", "SelectionId")
    shelf("selection").pop(_key(call, "SelectionId"))
    return {}


# Tags


@answers("backup", "TagResource")
def tag(call: Call) -> Mapping[str, Any]:
    tags_at(str(call.params["ResourceArn"])).update(call.params["Tags"])
    return {}


@answers("backup", "UntagResource")
def untag(call: Call) -> Mapping[str, Any]:
    for name in call.params["TagKeyList"]:
        tags_at(str(call.params["ResourceArn"])).pop(name, None)
    return {}


@answers("backup", "ListTags")
def list_tags(call: Call) -> Mapping[str, Any]:
    return {"Tags": dict(tags_at(str(call.params["ResourceArn"])))}

"""AWS Backup: the vault, the plan that fills it, and what the plan backs up."""

from collections.abc import Mapping, Sequence
from typing import Any

from regions.clouds.aws.guards import Guard, reads
from regions.clouds.aws.named import key_use, on, passed, regional
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import (
    ARN,
    ID,
    NAME,
    TAGS,
    UNORDERED,
    Call,
    Change,
    Field,
    Form,
    Kind,
    Raw,
    Tagging,
    Wanted,
)
from regions.clouds.errors import Category, CloudError

_VAULTS = regional("backup", "backup-vault:byoc-*")
_PLANS = regional("backup", "backup-plan:*")
_POINTS = (
    "arn:aws:ec2:{region}::snapshot/*",
    *regional("rds", "snapshot:awsbackup:*"),
    *regional("backup", "recovery-point:*"),
)


def _pages(subject: Subject, method: str, request: Mapping[str, Any], items: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    marker: dict[str, Any] = {}
    while True:
        page = subject.ask(method, {**request, **marker})
        found += page[items]
        if not page.get("NextToken"):
            return found
        marker = {"NextToken": page["NextToken"]}


def _tags(subject: Subject, arn: str) -> dict[str, str]:
    return dict(subject.ask("list_tags", {"ResourceArn": arn}).get("Tags", {}))


def _find_vault(subject: Subject) -> Raw | None:
    """Listed, not described: AWS refuses to describe a vault that is not there."""
    vaults = _pages(subject, "list_backup_vaults", {}, "BackupVaultList")
    found = next((one for one in vaults if one["BackupVaultName"] == subject.manifest.external_name), None)
    return found and {**found, "Tags": _tags(subject, found["BackupVaultArn"])}


def _empty(subject: Subject) -> None:
    """Raises conflict while recovery points are on their way out."""
    name = {"BackupVaultName": subject.manifest.external_name}
    points = _pages(subject, "list_recovery_points_by_backup_vault", name, "RecoveryPoints")
    if points and not subject.wanted("forceDestroy"):
        raise _not_empty(f"{len(points)} recovery points are kept in the vault.")
    for one in points:
        subject.ask("delete_recovery_point", {**name, "RecoveryPointArn": one["RecoveryPointArn"]})


def _not_empty(message: str) -> CloudError:
    return CloudError(
        code="VaultNotEmpty",
        status=409,
        message=message,
        operation="backup:DeleteBackupVault",
        request_id="",
        category=Category.CONFLICT,
    )


def _tagging(sent: str) -> Tagging:
    change = Call("tag_resource", {"ResourceArn": ARN, "Tags": TAGS})
    return Tagging(seen="Tags", sent=sent, change=change)


VAULT = Kind(
    name="Vault",
    service="backup",
    lookup=None,
    find=_find_vault,
    id="BackupVaultName",
    arn="BackupVaultArn",
    create=Call("create_backup_vault", {"BackupVaultName": NAME}),
    fields=(Field("kmsKeyArn", "EncryptionKeyArn", sent="EncryptionKeyArn", refers="arn"),),
    before_delete=_empty,
    delete=(Call("delete_backup_vault", {"BackupVaultName": NAME}),),
    tagging=_tagging("BackupVaultTags"),
    facts=("NumberOfRecoveryPoints", "EncryptionKeyArn", "CreationDate"),
    actions=(
        *reads("backup:ListBackupVaults"),
        *on(("backup:ListTags", "backup:ListRecoveryPointsByBackupVault"), _VAULTS),
        *on(("backup:CreateBackupVault", "backup:TagResource"), _VAULTS, Guard.REQUEST_TAG),
        *on(("backup:TagResource", "backup:DeleteBackupVault"), _VAULTS, Guard.RESOURCE_TAG),
        *on(("backup:DeleteRecoveryPoint",), _POINTS, Guard.RESOURCE_TAG),
        *key_use(),
    ),
)


def _find_plan(subject: Subject) -> Raw | None:
    plans = _pages(subject, "list_backup_plans", {}, "BackupPlansList")
    for one in plans:
        if one["BackupPlanName"] == subject.wanted("name"):
            plan = subject.ask("get_backup_plan", {"BackupPlanId": one["BackupPlanId"]})
            return {**plan, "Tags": _tags(subject, one["BackupPlanArn"])}
    return None


_RULE = {
    "ruleName": "RuleName",
    "targetVaultName": "TargetBackupVaultName",
    "schedule": "ScheduleExpression",
    "startWindow": "StartWindowMinutes",
    "completionWindow": "CompletionWindowMinutes",
}


def _sent(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **{name: rule[path] for path, name in _RULE.items() if path in rule},
            "Lifecycle": {"DeleteAfterDays": rule["lifecycle"]["deleteAfter"]},
            "RecoveryPointTags": dict(rule.get("recoveryPointTags", {})),
        }
        for rule in rules
    ]


def _compared(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Ours in AWS's own words; AWS adds ids and defaults."""
    if rules and "ruleName" in rules[0]:
        return _sent(rules)
    names = (*_RULE.values(), "Lifecycle", "RecoveryPointTags")
    return [{name: rule.get(name) for name in names if name in rule} for rule in rules]


_BY_ID = {"BackupPlanId": ID}
_NAMED = {"BackupPlan.BackupPlanName": Wanted("name")}

PLAN = Kind(
    name="Plan",
    service="backup",
    lookup=None,
    find=_find_plan,
    id="BackupPlanId",
    arn="BackupPlanArn",
    create=Call("create_backup_plan", _NAMED),
    fields=(
        Field(
            "rule",
            "BackupPlan.Rules",
            sent="BackupPlan.Rules",
            change="plan",
            form=Form(normal=_compared, sent=_sent),
        ),
    ),
    changes={"plan": Change("update_backup_plan", {**_BY_ID, **_NAMED}, whole=True)},
    delete=(Call("delete_backup_plan", _BY_ID),),
    tagging=_tagging("BackupPlanTags"),
    facts=("BackupPlanId", "VersionId", "LastExecutionDate"),
    actions=(
        *reads("backup:ListBackupPlans"),
        *on(("backup:GetBackupPlan", "backup:ListTags"), _PLANS),
        *on(("backup:CreateBackupPlan", "backup:TagResource"), _PLANS, Guard.REQUEST_TAG),
        *on(
            ("backup:TagResource", "backup:UpdateBackupPlan", "backup:DeleteBackupPlan"),
            _PLANS,
            Guard.RESOURCE_TAG,
        ),
    ),
)


def _find_selection(subject: Subject) -> Raw | None:
    plan = {"BackupPlanId": subject.wanted("planId")}
    for one in _pages(subject, "list_backup_selections", plan, "BackupSelectionsList"):
        if one["SelectionName"] == subject.wanted("name"):
            return subject.ask("get_backup_selection", {**plan, "SelectionId": one["SelectionId"]})
    return None


SELECTION = Kind(
    name="Selection",
    service="backup",
    lookup=None,
    find=_find_selection,
    id="SelectionId",
    create=Call(
        "create_backup_selection",
        {"BackupPlanId": Wanted("planId"), "BackupSelection.SelectionName": Wanted("name")},
    ),
    fields=(
        Field("iamRoleArn", "BackupSelection.IamRoleArn", sent="BackupSelection.IamRoleArn", refers="arn"),
        Field("resources", "BackupSelection.Resources", sent="BackupSelection.Resources", form=UNORDERED),
    ),
    delete=(Call("delete_backup_selection", {"BackupPlanId": Wanted("planId"), "SelectionId": ID}),),
    facts=("SelectionId", "BackupSelection"),
    actions=(
        *on(("backup:ListBackupSelections", "backup:GetBackupSelection"), _PLANS),
        *on(("backup:CreateBackupSelection", "backup:DeleteBackupSelection"), _PLANS, Guard.RESOURCE_TAG),
        passed("backup.amazonaws.com"),
    ),
)

"""KMS alias: our name for the region's key."""

from typing import Any

from regions.clouds.aws.guards import Guard, reads
from regions.clouds.aws.named import ALIASES, KEYS, on
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import NAME, Call, Change, Field, Kind, Raw

_CHANGES = ("kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias")


def _find(subject: Subject) -> Raw | None:
    marker: dict[str, Any] = {}
    while True:
        page = subject.ask("list_aliases", {"Limit": 100, **marker})
        for alias in page["Aliases"]:
            if alias["AliasName"] == subject.manifest.external_name:
                return dict(alias)
        if not page.get("Truncated"):
            return None
        marker = {"Marker": page["NextMarker"]}


KIND = Kind(
    name="Alias",
    service="kms",
    lookup=None,
    find=_find,
    id="AliasName",
    arn="AliasArn",
    create=Call("create_alias", {"AliasName": NAME}),
    fields=(Field("targetKeyId", "TargetKeyId", sent="TargetKeyId", change="target"),),
    changes={"target": Change("update_alias", {"AliasName": NAME})},
    delete=(Call("delete_alias", {"AliasName": NAME}),),
    facts=("TargetKeyId",),
    actions=(
        *reads("kms:ListAliases"),
        *on(_CHANGES, ALIASES),
        *on(_CHANGES, KEYS, Guard.RESOURCE_TAG),
    ),
)

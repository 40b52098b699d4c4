"""ECR: pull-through cache rules, which moto does not know."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call
from sandbox.aws.state import state

Rules = dict[tuple[str, str, str], dict[str, Any]]
WITHOUT_CREDENTIALS = ("public.ecr.aws", "quay.io", "registry.k8s.io")
PREFIX = "ecrRepositoryPrefix"


def _rules() -> Rules:
    """By account, region and prefix."""
    rules: Rules = state().shelf("ecr:cache")
    return rules


def _key(call: Call) -> tuple[str, str, str]:
    return (call.account, call.region, str(call.params[PREFIX]))


@answers("ecr", "CreatePullThroughCacheRule")
def create(call: Call) -> Mapping[str, Any]:
    key, upstream = _key(call), str(call.params["upstreamRegistryUrl"])
    if key in _rules():
        message = f"The pull through cache rule already exists in the registry with prefix {key[2]}"
        raise AwsError("PullThroughCacheRuleAlreadyExistsException", message, 400)
    if upstream not in WITHOUT_CREDENTIALS and not call.params.get("credentialArn"):
        raise AwsError("InvalidParameterException", f"{upstream} needs credentials", 400)
    _rules()[key] = {
        PREFIX: key[2],
        "upstreamRegistryUrl": upstream,
        "createdAt": datetime.now(UTC),
        "registryId": call.account,
    }
    return _rules()[key]


@answers("ecr", "DescribePullThroughCacheRules")
def describe(call: Call) -> Mapping[str, Any]:
    place, wanted = (call.account, call.region), call.params.get("ecrRepositoryPrefixes")
    found = [rule for key, rule in sorted(_rules().items()) if key[:2] == place and wanted in (None, [key[2]])]
    if wanted and not found:
        raise _missing(wanted[0], call.account)
    return {"pullThroughCacheRules": found}


@answers("ecr", "DeletePullThroughCacheRule")
def delete(call: Call) -> Mapping[str, Any]:
    rule = _rules().pop(_key(call), None)
    if rule is None:
        raise _missing(call.params[PREFIX], call.account)
    return rule


def _missing(prefix: str, account: str) -> AwsError:
    message = f"Pull through cache rule with prefix {prefix} does not exist in the registry {account}"
    return AwsError("PullThroughCacheRuleNotFoundException", message, 400)

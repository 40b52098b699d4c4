"""ECR pull-through cache: images of public registries, fetched once and scanned like the region's own."""

from typing import Any

from regions.clouds.aws.guards import Action, reads
from regions.clouds.aws.named import on, regional
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import Call, Field, Kind, Lookup, Wanted

_CACHED = regional("ecr", "repository/byoc-*/*")
"""ECR makes these by itself, below the rule's prefix; the region's own repositories have no slash."""
_PREFIX = "ecrRepositoryPrefix"


def _forget(subject: Subject) -> None:
    """What was cached goes with the rule: nothing is lost that cannot be fetched again."""
    marker: dict[str, Any] = {}
    while True:
        page = subject.ask("describe_repositories", {"maxResults": 1000, **marker})
        for one in page["repositories"]:
            if one["repositoryName"].startswith(f"{subject.wanted(_PREFIX)}/"):
                subject.ask("delete_repository", {"repositoryName": one["repositoryName"], "force": True})
        if not page.get("nextToken"):
            return
        marker = {"nextToken": page["nextToken"]}


KIND = Kind(
    name="PullThroughCacheRule",
    service="ecr",
    lookup=Lookup(
        "describe_pull_through_cache_rules", {"ecrRepositoryPrefixes": [Wanted(_PREFIX)]}, "pullThroughCacheRules"
    ),
    id=_PREFIX,
    create=Call("create_pull_through_cache_rule", {_PREFIX: Wanted(_PREFIX)}),
    fields=(Field("upstreamRegistryUrl", "upstreamRegistryUrl", sent="upstreamRegistryUrl"),),
    before_delete=_forget,
    delete=(Call("delete_pull_through_cache_rule", {_PREFIX: Wanted(_PREFIX)}),),
    facts=(_PREFIX, "upstreamRegistryUrl"),
    actions=(
        *reads("ecr:DescribePullThroughCacheRules", "ecr:DescribeRepositories"),
        Action("ecr:CreatePullThroughCacheRule"),
        Action("ecr:DeletePullThroughCacheRule"),
        *on(("ecr:DeleteRepository",), _CACHED),
    ),
)

"""Which actions a role of the customer's own asking may have, each as narrow as we can grant it.

All that our kinds use, and what people do beside it; without what would let the role give itself more.
"""

from collections import defaultdict
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache

from regions.clouds.aws.actions import all_actions
from regions.clouds.aws.guards import Action, Guard, reads
from regions.clouds.aws.named import on, regional
from regions.clouds.aws.verbs import Verb, verb_of

_CLUSTERS = regional("eks", "cluster/byoc-*")
_DATABASES = regional("rds", "db:byoc-*")
_IMAGES = regional("ecr", "repository/byoc-*")
_LOGS = regional(
    "logs", *(f"log-group:{start}*" for start in ("/byoc/", "/aws/eks/byoc-", "/aws/rds/instance/byoc-"))
)

WORK = (
    *reads("autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeScalingActivities"),
    *reads("cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics"),
    *reads("ec2:DescribeInstanceStatus", "ec2:DescribeNetworkInterfaces", "ec2:DescribeVolumes"),
    *reads("ecr:GetAuthorizationToken", "eks:DescribeAddonVersions", "elasticloadbalancing:DescribeTargetHealth"),
    *reads("logs:GetQueryResults", "logs:StopQuery", "rds:DescribeEvents"),
    *on(("logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery"), _LOGS),
    *on(("eks:AccessKubernetesApi", "eks:ListAddons", "eks:ListNodegroups", "eks:ListUpdates"), _CLUSTERS),
    *on(("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:DescribeImages"), _IMAGES),
    *on(("ecr:GetDownloadUrlForLayer", "ecr:ListImages"), _IMAGES),
    *on(("ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"), _IMAGES),
    *on(("rds:DescribeDBLogFiles", "rds:DownloadDBLogFilePortion"), _DATABASES),
    *on(("rds:RebootDBInstance", "rds:StartDBInstance", "rds:StopDBInstance"), _DATABASES, Guard.RESOURCE_TAG),
    *on(("rds:CreateDBSnapshot",), _DATABASES, Guard.RESOURCE_TAG),
    *on(("rds:CreateDBSnapshot",), regional("rds", "snapshot:byoc-*")),
)
"""What people do in a running region: read its logs and images, look at its load, restart its database."""

WIDENING: Mapping[str, str] = {
    "iam:*": "it could make roles and policies, and so more than it was given",
    "sts:*": "it could become another role",
    "eks:*Access*": "it could give itself the cluster",
    "eks:*PodIdentity*": "it could hand a role to a pod",
    "kms:CreateGrant": "it could hand on a key",
    "kms:PutKeyPolicy": "it could open a key to itself",
    "secretsmanager:*": "secrets are for the deployment role and the limited administrator alone",
    "s3:PutBucketPolicy": "it could open a bucket to itself",
    "s3:DeleteBucketPolicy": "it could open a bucket",
    "s3:PutObject": "it could tell the region what to run",
    "ecr:SetRepositoryPolicy": "it could open a repository to itself",
    "route53:*HostedZone*": "hosted zones have no tags, so it could change another's",
    "*:*Tag*": "tags say what is ours, and so what may be changed",
}
"""Patterns of what is never in the catalogue, unless it only reads; each with its reason."""
HARMLESS = frozenset({"eks:AccessKubernetesApi"})
"""Needs an access entry as well, which says what the role may do in the cluster."""


@cache
def catalogue() -> Mapping[str, tuple[Action, ...]]:
    """Every action that may be chosen, with the ways to grant it, sorted by name.

    What is only made together with tags is left out, as tagging is.
    """
    found: dict[str, set[Action]] = defaultdict(set)
    for action in (*all_actions(), *WORK):
        if not widening(action.name):
            found[action.name].add(action)
    tagging = {name for name, ways in found.items() if any(way.guard is Guard.REQUEST_TAG for way in ways)}
    return {name: tuple(sorted(found[name])) for name in sorted(found.keys() - tagging)}


def widening(name: str) -> str:
    """Why an action is not to be had; empty where it is harmless, or unknown."""
    if name in HARMLESS or (verb_of(name) is Verb.READ and not name.startswith(("sts:", "secretsmanager:"))):
        return ""
    return next((why for pattern, why in WIDENING.items() if fnmatchcase(name, pattern)), "")

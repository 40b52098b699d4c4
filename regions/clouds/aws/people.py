"""What the roles for people may do, by service and verb: read-only, elevated, limited administrator, use cases.

The limited administrator has what the deployment role has, for its region. The other two of the three have no
Secrets Manager, and the elevated one cannot delete. The customer may take away from all, and add roles.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from regions.clouds.aws.actions import all_actions
from regions.clouds.aws.guards import Action, Guard
from regions.clouds.aws.people_catalogue import catalogue
from regions.clouds.aws.policies import Confines, Statement, conditions, statements
from regions.spec import RoleName

RECORDS = "route53:ChangeResourceRecordSets"
_READ = (
    "ec2:Describe*",
    "ec2:Get*",
    "eks:AccessKubernetesApi",
    "eks:Describe*",
    "eks:List*",
    "iam:Get*",
    "iam:List*",
    "kms:Describe*",
    "kms:Get*",
    "kms:List*",
    "logs:Describe*",
    "logs:FilterLogEvents",
    "logs:Get*",
    "logs:List*",
    "logs:StartQuery",
    "logs:StopQuery",
    "rds:Describe*",
    "rds:List*",
    "route53:Get*",
    "route53:List*",
    "sts:GetCallerIdentity",
)
_READ_BUCKETS = ("s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration", "s3:List*")
_CREATE = (
    "ec2:AllocateAddress",
    "ec2:AuthorizeSecurityGroup*",
    "ec2:CreateInternetGateway",
    "ec2:CreateLaunchTemplate",
    "ec2:CreateNatGateway",
    "ec2:CreateNetworkInterface",
    "ec2:CreateRouteTable",
    "ec2:CreateSecurityGroup",
    "ec2:CreateSubnet",
    "ec2:CreateTransitGatewayVpcAttachment",
    "ec2:CreateVolume",
    "ec2:CreateVpc*",
    "ec2:RunInstances",
    "eks:CreateAddon",
    "eks:CreateCluster",
    "eks:CreateNodegroup",
    "kms:CreateKey",
    "logs:CreateLogGroup",
    "rds:CreateDBInstance",
    "rds:CreateDBParameterGroup",
    "rds:CreateDBSubnetGroup",
)
"""Nothing that copies what is there: a snapshot of somebody's volume would carry our tags."""
_UPDATE = (
    "ec2:Associate*",
    "ec2:Attach*",
    "ec2:AuthorizeSecurityGroup*",
    "ec2:Create*",
    "ec2:Modify*",
    "ec2:RebootInstances",
    "ec2:Replace*",
    "ec2:StartInstances",
    "ec2:StopInstances",
    "eks:AssociateEncryptionConfig",
    "eks:CreateAddon",
    "eks:CreateNodegroup",
    "eks:UpdateAddon",
    "eks:UpdateCluster*",
    "eks:UpdateNodegroup*",
    "kms:CreateAlias",
    "kms:Enable*",
    "kms:Update*",
    "logs:Put*",
    "rds:Create*",
    "rds:Modify*",
    "rds:RebootDBInstance",
    "rds:StartDBInstance",
    "rds:StopDBInstance",
)
"""No access entry and no grant: either would hand on more than the role has."""


@dataclass(frozen=True, slots=True)
class Whose:
    """The one region that a role for people serves."""

    short: str
    zone: str
    """Its DNS zone."""
    confines: Confines


def permissions(role: RoleName, removed: tuple[str, ...], whose: Whose) -> tuple[Statement, ...]:
    """One of the three roles, without what the customer took away from it."""
    granted = {RoleName.READ_ONLY: read_only, RoleName.ELEVATED: elevated}.get(role, limited_admin)
    taken = (Statement("Removed", removed, ("*",), effect="Deny"),) if removed else ()
    return (*granted(whose), *taken)


def read_only(whose: Whose) -> tuple[Statement, ...]:
    return (Statement("Read", _READ, ("*",)), _buckets("ReadBuckets", _READ_BUCKETS, whose.short))


def elevated(whose: Whose) -> tuple[Statement, ...]:
    """Creates with our tags, changes what carries them, deletes nothing."""
    short, confines = whose.short, whose.confines
    return (
        *read_only(whose),
        Statement("Create", _CREATE, ("*",), confines.requested()),
        *_tagging(short, confines),
        Statement("Update", _UPDATE, ("*",), confines.carried()),
        _buckets("UpdateBuckets", ("s3:PutBucket*", "s3:PutEncryptionConfiguration"), short),
        _roles(short, confines),
        _records(whose.zone),
    )


def limited_admin(whose: Whose) -> tuple[Statement, ...]:
    """What the deployment role has, for one region alone."""
    return _granted(all_actions(), whose)


def use_case(names: Iterable[str], whose: Whose) -> tuple[Statement, ...]:
    """A role that the customer asked for: each action of the catalogue as narrowly as it can be granted."""
    known = catalogue()
    return _granted([way for name in names for way in known.get(name, ())], whose)


def _granted(actions: Sequence[Action], whose: Whose) -> tuple[Statement, ...]:
    apart = (of_region(action, whose.short) for action in actions if action.name != RECORDS)
    there = statements(apart, whose.confines)
    wanted = any(action.name == RECORDS for action in actions)
    return (*there, _records(whose.zone, ("CREATE", "DELETE", "UPSERT"))) if wanted else there


def of_region(action: Action, short: str) -> Action:
    """The deployment role serves every region of the account; a person's role serves one."""
    return replace(action, resources=tuple(_narrowed(resource, short) for resource in action.resources))


def _narrowed(resource: str, short: str) -> str:
    if ":/byoc/*" in resource:
        return resource.replace(":/byoc/*", f":/byoc/{short}/*")
    return resource.replace("/byoc/*", f"/byoc/byoc-{short}-*").replace("byoc-*", f"byoc-{short}-*")


def _buckets(sid: str, actions: tuple[str, ...], short: str) -> Statement:
    return Statement(sid, actions, (f"arn:aws:s3:::byoc-{short}-*",))


def _tagging(short: str, confines: Confines) -> tuple[Statement, ...]:
    """Of what is being created, and of what is named as ours: else anything could be tagged, then changed."""
    place = f"{confines.region}:{confines.account}"
    named = (f"arn:aws:eks:{place}:*/byoc-{short}-*", f"arn:aws:rds:{place}:*:byoc-{short}-*")
    new = (*confines.requested(), ("Null", "ec2:CreateAction", ("false",)))
    return (
        Statement("TagNew", ("ec2:CreateTags",), ("*",), new),
        Statement("TagNamed", ("eks:TagResource", "rds:AddTagsToResource"), named),
    )


def _roles(short: str, confines: Confines) -> Statement:
    """New roles inside the boundary; no policy can be put on them from here, nor trust changed."""
    bounded = conditions("iam:CreateRole", Guard.BOUNDARY, (), confines)
    roles = f"arn:aws:iam::{confines.account}:role/byoc/byoc-{short}-*"
    return Statement("Roles", ("iam:CreateRole",), (roles,), bounded)


def _records(zone: str, acts: tuple[str, ...] = ("CREATE", "UPSERT")) -> Statement:
    """A hosted zone has no tags to ask for: the names of its records say whose it is."""
    key, zone = f"{RECORDS}Actions", zone.lower().rstrip(".")
    names = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
    return Statement(
        "Records",
        (RECORDS,),
        ("arn:aws:route53:::hostedzone/*",),
        (
            ("ForAllValues:StringEquals", key, acts),
            ("ForAllValues:StringLike", names, (zone, f"*.{zone}")),
            ("Null", key, ("false",)),
            ("Null", names, ("false",)),
        ),
    )

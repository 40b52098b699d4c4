"""What the roles for people may do, by service and verb: read-only, elevated, limited administrator.

The limited administrator has what the deployment role has. The other two have no Secrets Manager, and the
elevated one cannot delete.
"""

from regions.clouds.aws.actions import all_actions
from regions.clouds.aws.guards import Guard
from regions.clouds.aws.policies import Confines, Statement, conditions, statements

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
    "eks:Create*",
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
    "eks:Associate*",
    "eks:Create*",
    "eks:Update*",
    "kms:Create*",
    "kms:Enable*",
    "kms:Update*",
    "logs:Put*",
    "rds:Create*",
    "rds:Modify*",
    "rds:RebootDBInstance",
    "rds:StartDBInstance",
    "rds:StopDBInstance",
)


def read_only(short: str) -> tuple[Statement, ...]:
    return (Statement("Read", _READ, ("*",)), _buckets("ReadBuckets", _READ_BUCKETS, short))


def elevated(short: str, confines: Confines) -> tuple[Statement, ...]:
    """Creates with our tags, changes what carries them, deletes nothing."""
    return (
        *read_only(short),
        Statement("Create", _CREATE, ("*",), confines.requested()),
        *_tagging(short, confines),
        Statement("Update", _UPDATE, ("*",), confines.carried()),
        _buckets("UpdateBuckets", ("s3:PutBucket*", "s3:PutEncryptionConfiguration"), short),
        _roles(short, confines),
        _records(),
    )


def limited_admin(confines: Confines) -> tuple[Statement, ...]:
    return statements(all_actions(), confines)


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


def _records() -> Statement:
    acts = "route53:ChangeResourceRecordSetsActions"
    return Statement(
        "Records",
        ("route53:ChangeResourceRecordSets",),
        ("arn:aws:route53:::hostedzone/*",),
        (("ForAllValues:StringEquals", acts, ("CREATE", "UPSERT")), ("Null", acts, ("false",))),
    )

"""Condition keys that every request carries (IAM User Guide, "AWS global condition context keys")."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sandbox.aws.credentials import Identity
from sandbox.aws.requests import Call
from sandbox.aws.targets.iam import entity_tags

Keys = dict[str, Sequence[str]]


def stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def principal_keys(identity: Identity) -> Keys:
    keys: Keys = {
        "aws:principalarn": (identity.principal_arn,),
        "aws:principalaccount": (identity.account,),
        "aws:principaltype": ("AssumedRole" if identity.session else "User",),
        "aws:userid": (identity.user_id,),
    }
    tags = entity_tags(identity.entity)
    if identity.session:
        tags.update(identity.session.tags)
        keys["aws:tokenissuetime"] = (stamp(identity.session.issued_at),)
        if identity.session.source_identity:
            keys["aws:sourceidentity"] = (identity.session.source_identity,)
    else:
        keys["aws:username"] = (identity.name,)
    keys.update({f"aws:principaltag/{key}".lower(): (value,) for key, value in tags.items()})
    return keys


def request_context(call: Call) -> Keys:
    """Loopback stands for the TLS endpoint of AWS, so the transport counts as secure."""
    keys: Keys = {
        "aws:sourceip": (call.source_ip,),
        "aws:securetransport": ("true",),
        "aws:requestedregion": ("us-east-1" if call.service in ("iam", "route53") else call.region,),
        "aws:currenttime": (stamp(call.at),),
        "aws:epochtime": (str(int(call.at)),),
        "aws:useragent": (call.agent,),
        "aws:viaawsservice": ("false",),
        "ec2:region": (call.region,),
    }
    if call.identity:
        keys.update(principal_keys(call.identity))
        keys["aws:resourceaccount"] = (call.account,)
    return keys

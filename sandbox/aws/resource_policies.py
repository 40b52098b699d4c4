"""Policies that resources carry themselves: buckets and keys."""

from moto.kms.models import kms_backends
from moto.s3.models import s3_backends

from sandbox.aws.policy.documents import MalformedPolicyError, Policy, parse
from sandbox.aws.targets.need import Need

Found = tuple[tuple[Policy, ...], str, bool]  # policies, owner, nothing allowed without them
NOTHING: Found = ((), "", False)


def resource_policies(need: Need) -> Found:
    if need.resource.startswith("arn:aws:s3:::"):
        return _bucket(need.resource.split(":::", 1)[1].split("/", 1)[0])
    if need.resource.startswith("arn:aws:kms:") and ":key/" in need.resource:
        return _key(need.resource)
    return NOTHING


def _bucket(name: str) -> Found:
    for account in list(s3_backends):
        bucket = s3_backends[account]["aws"].buckets.get(name)
        if bucket is not None:
            return _parsed(bucket.policy), account, False
    return NOTHING


def _key(arn: str) -> Found:
    _, _, _, region, account, rest = arn.split(":", 5)
    key = kms_backends[account][region].keys.get(rest.partition("/")[2]) if account.isdigit() else None
    if key is None:
        return NOTHING
    return _parsed(key.policy), account, True


def _parsed(text: object) -> tuple[Policy, ...]:
    if not text:
        return ()
    try:
        raw = text.decode() if isinstance(text, bytes) else str(text)
        return (parse(raw, "resource", strict=False),)
    except MalformedPolicyError:
        return ()

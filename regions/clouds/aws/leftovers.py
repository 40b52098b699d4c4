"""What AWS still has of a region: by the tag index, and by describe for what the index does not list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from time import sleep
from typing import Any

from botocore.exceptions import ClientError

from regions.clouds.aws.call_names import call_name
from regions.clouds.aws.errors import NO_ANSWER, from_client_error, from_no_answer
from regions.clouds.aws.requests import search, tags_of
from regions.clouds.aws.session import Session
from regions.clouds.aws.subject import PASSING, READ_PAUSE_SECONDS, READ_TRIES
from regions.clouds.errors import Category, CloudError
from regions.clouds.leftovers import Left, Unseen

REGION_TAG = "byoc:region"
GLOBAL_REGION = "us-east-1"
"""Where the tag index lists what belongs to no region: IAM, Route 53."""


@dataclass(frozen=True, slots=True)
class Look:
    """Things that the tag index does not list, found by how their names begin or by a tag that a service set.

    `{prefix}`, `{short}` in requests and beginnings are the region's.
    """

    sort: str
    service: str
    method: str
    items: str
    """JMESPath of the rows in a page."""
    id: str
    begins: tuple[str, ...] = ()
    """How the names of ours begin; empty where the request already asks for ours alone."""
    arn: str = ""
    request: Mapping[str, Any] = field(default_factory=dict)
    gigabytes: str = ""


LOOKS = (
    Look("iam:role", "iam", "list_roles", "Roles", "RoleName", ("{prefix}-",), "Arn", {"PathPrefix": "/byoc/"}),
    Look(
        "iam:policy", "iam", "list_policies", "Policies", "PolicyName", ("{prefix}-",), "Arn",
        {"Scope": "Local", "PathPrefix": "/byoc/"},
    ),
    Look("kms:alias", "kms", "list_aliases", "Aliases", "AliasName", ("alias/{prefix}-",), "AliasArn"),
    Look(
        "logs:log-group", "logs", "describe_log_groups", "logGroups", "logGroupName",
        ("/byoc/{short}/", "/aws/eks/{prefix}-", "/aws/rds/instance/{prefix}-"), "arn",
    ),
    Look(
        "ec2:volume", "ec2", "describe_volumes", "Volumes", "VolumeId",
        request={"Filters": [{"Name": "tag:kubernetes.io/cluster/{prefix}-cluster", "Values": ["owned"]}]},
        gigabytes="Size",
    ),
)  # fmt: skip
"""IAM and aliases; log groups that services made by themselves; volumes that the cluster made for its pods."""


@dataclass(frozen=True, slots=True)
class AwsLeftovers:
    session: Session
    everywhere: Session
    """The same role in `GLOBAL_REGION`."""

    @property
    def looks(self) -> tuple[str, ...]:
        places = sorted({self.session.region, GLOBAL_REGION})
        by_tag = tuple(f"tag:GetResources in {place}" for place in places)
        return (*by_tag, *(f"{self._name(look)} in {self.session.region}" for look in LOOKS))

    def search(self, *, region_id: str, prefix: str) -> tuple[tuple[Left, ...], tuple[Unseen, ...]]:
        found: dict[str, Left] = {}
        unseen: list[Unseen] = []
        for name, look in self._asked(region_id, prefix):
            try:
                for left in look:
                    found.setdefault(left.arn or left.id, left)
            except CloudError as error:
                if error.category is not Category.REFUSED:
                    raise
                unseen.append(Unseen(name, error.code, error.message))
        return tuple(found.values()), tuple(unseen)

    def _asked(self, region_id: str, prefix: str) -> Iterator[tuple[str, Iterator[Left]]]:
        for session in {one.region: one for one in (self.session, self.everywhere)}.values():
            yield f"tag:GetResources in {session.region}", _tagged(session, region_id)
        for look in LOOKS:
            yield self._name(look), self._named(look, prefix)

    def _named(self, look: Look, prefix: str) -> Iterator[Left]:
        words = {"prefix": prefix, "short": prefix.partition("-")[2]}
        begins = tuple(text.format(**words) for text in look.begins)
        for page in _pages(self.session, look.service, look.method, _filled(look.request, words)):
            for row in search(look.items, page) or []:
                name = str(row[look.id])
                if not begins or name.startswith(begins):
                    size = row.get(look.gigabytes) if look.gigabytes else None
                    arn = str(row.get(look.arn, "")).removesuffix(":*")
                    tags = tags_of(row.get("Tags"))
                    yield Left(look.sort, name, arn, self._name(look), tags, Decimal(size) if size else None)

    def _name(self, look: Look) -> str:
        return call_name(self.session.client(look.service), look.method)


def _tagged(session: Session, region_id: str) -> Iterator[Left]:
    request = {"TagFilters": [{"Key": REGION_TAG, "Values": [region_id]}]}
    for page in _pages(session, "resourcegroupstaggingapi", "get_resources", request):
        for one in page["ResourceTagMappingList"]:
            arn = str(one["ResourceARN"]).removesuffix(":*")
            sort, identifier = sorted_by_arn(arn)
            yield Left(sort, identifier, arn, f"tag:GetResources in {session.region}", tags_of(one.get("Tags")))


def sorted_by_arn(arn: str) -> tuple[str, str]:
    """`ec2:elastic-ip` and `eipalloc-1`: what AWS calls it, and the name or id by which its calls take it."""
    service, rest = arn.split(":", 5)[2], arn.split(":", 5)[5]
    if service == "s3":
        return "s3:bucket", rest
    word, separator, name = rest.partition("/")
    if not separator or ":" in word:
        word, _, name = rest.partition(":")
    if service == "iam":
        name = arn if word == "oidc-provider" else name.rpartition("/")[2]
    return f"{service}:{word}", name


def _filled(request: Any, words: Mapping[str, str]) -> Any:
    match request:
        case str():
            return request.format(**words)
        case Mapping():
            return {key: _filled(value, words) for key, value in request.items()}
        case list():
            return [_filled(value, words) for value in request]
        case _:
            return request


def _pages(session: Session, service: str, method: str, request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A hasty no is asked again at once: a search of many looks would else never end while AWS has a bad hour."""
    for _ in range(READ_TRIES - 1):
        try:
            return _read(session, service, method, request)
        except CloudError as error:
            if error.category not in PASSING or not error.status:
                raise
            sleep(READ_PAUSE_SECONDS)
    return _read(session, service, method, request)


def _read(session: Session, service: str, method: str, request: Mapping[str, Any]) -> list[dict[str, Any]]:
    client = session.client(service)
    try:
        return list(client.get_paginator(method).paginate(**request))
    except ClientError as error:
        raise from_client_error(error, call_name(client, method)) from error
    except NO_ANSWER as error:
        raise from_no_answer(error, call_name(client, method)) from error

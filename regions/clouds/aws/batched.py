"""Reads of a whole place at once: what is asked about one resource is answered from a call about all of them.

A rule says which wide call holds the answer to a narrow one, and where in it. What no wide call holds is asked as
it stands, so a wide answer may be late or incomplete without making anything wrong.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from regions.clouds.aws.requests import tags_of
from regions.clouds.aws.subject import READS, REGION_TAG, Account
from regions.clouds.aws.table import Raw, Request
from regions.clouds.errors import Category, CloudError

GLOBAL_REGION = "us-east-1"
"""Where AWS answers for services that have no regions."""
FILTER_VALUES = 200  # EC2 API Reference, "Filter": the most values of one filter
TOKENS: Mapping[str, tuple[str, str]] = {
    "ec2": ("NextToken", "NextToken"),
    "ecr": ("nextToken", "nextToken"),
    "elbv2": ("Marker", "NextMarker"),
    "iam": ("Marker", "Marker"),
    "logs": ("nextToken", "nextToken"),
    "rds": ("Marker", "Marker"),
    "resourcegroupstaggingapi": ("PaginationToken", "PaginationToken"),
    "cloudtrail": ("NextToken", "NextToken"),
}
"""The names under which a service takes and gives the token of the next page."""
TAGGED_TYPES = (
    "ecr:repository",
    "elasticloadbalancing:listener",
    "elasticloadbalancing:loadbalancer",
    "elasticloadbalancing:targetgroup",
    "kms:key",
    "logs:log-group",
    "rds",
    "s3",
)
"""Types whose tags no describe call carries, by the names of the tagging service."""

Index = Mapping[Any, list[Raw]]
Rule = Callable[["Batched", Request], dict[str, Any] | None]
"""The answer to a narrow request out of wider ones, or None where they do not hold it."""


@dataclass(slots=True)
class Batched:
    """The answers one look at a place has had; nothing is asked twice."""

    account: Account
    """Asked for whatever nothing wider answers."""
    region_ids: Sequence[str]
    rules: Mapping[tuple[str, str], Rule]
    _answers: dict[str, dict[str, Any] | CloudError] = field(default_factory=dict)
    _indexes: dict[str, Index] = field(default_factory=dict)
    _clients: dict[str, Any] = field(default_factory=dict)

    def answer(self, service: str, method: str, request: Request) -> dict[str, Any]:
        """Raises CloudError as the narrow call does."""
        found = self._from_wider(service, method, request)
        return found if found is not None else self.once(service, method, request)

    def _from_wider(self, service: str, method: str, request: Request) -> dict[str, Any] | None:
        """None too where the role may not make the wide call: the connection's stack may be older than we are."""
        rule = self.rules.get((service, method))
        try:
            return rule(self, request) if rule else None
        except CloudError as error:
            if error.category is not Category.REFUSED:
                raise
            return None

    def once(self, service: str, method: str, request: Request, *, home: str = "") -> dict[str, Any]:
        key = json.dumps([service, method, request, home], sort_keys=True, default=str)
        if key not in self._answers:
            self._answers[key] = self._asked(service, method, request, home)
        kept = self._answers[key]
        if isinstance(kept, CloudError):
            raise kept
        return kept

    def _asked(self, service: str, method: str, request: Request, home: str) -> dict[str, Any] | CloudError:
        try:
            return self._account(home).call(service, method, request)
        except CloudError as error:
            return error

    def _account(self, home: str) -> Account:
        if not home or home == self.account.region:
            return self.account
        session = replace(self.account.session, region=home, _clients=self._clients)
        return replace(self.account, session=session, region=home)

    def pages(
        self, service: str, method: str, request: Request, key: str, *, home: str = "", most: int = 1000
    ) -> Iterator[Any]:
        """The items of every page."""
        takes, gives = TOKENS[service]
        token: dict[str, Any] = {}
        for _ in range(most):
            page = self.once(service, method, {**request, **token}, home=home)
            yield from page.get(key, ())
            if not page.get(gives):
                return
            token = {takes: page[gives]}

    def index(self, name: str, build: Callable[[], Iterator[tuple[Any, Raw]]]) -> Index:
        """What `build` yields, by its keys; built once."""
        if name not in self._indexes:
            found: dict[Any, list[Raw]] = defaultdict(list)
            for key, item in build():
                found[key].append(item)
            self._indexes[name] = dict(found)
        return self._indexes[name]

    # -- what several rules read

    def tagged(self, method: str, key: str) -> list[Raw]:
        """Every resource of one EC2 call that carries the tag of one of the regions."""
        chunks = [
            self.region_ids[start : start + FILTER_VALUES]
            for start in range(0, len(self.region_ids), FILTER_VALUES)
        ]
        filters = [[{"Name": f"tag:{REGION_TAG}", "Values": list(chunk)}] for chunk in chunks]
        return [one for each in filters for one in self.pages("ec2", method, {"Filters": each}, key)]

    def tags(self, arn: str, *, home: str = "") -> dict[str, str] | None:
        """As the tagging service knows them; None for what it does not know as ours."""
        found = self.index(f"tags {home}", lambda: self._tags(home)).get(arn)
        return tags_of(found[0]["Tags"]) if found else None

    def _tags(self, home: str) -> Iterator[tuple[str, Raw]]:
        types = ("iam:policy",) if home else TAGGED_TYPES
        wanted = [{"Key": REGION_TAG, "Values": list(self.region_ids)}]
        request = {"TagFilters": wanted, "ResourceTypeFilters": list(types), "ResourcesPerPage": 100}
        service, method, key = "resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList"
        for one in self.pages(service, method, request, key, home=home):
            yield one["ResourceARN"], one

    def roles(self) -> Index:
        return self.index("roles", self._roles)

    def _roles(self) -> Iterator[tuple[str, Raw]]:
        listed = {
            one["RoleName"]: one for one in self.pages("iam", "list_roles", {"PathPrefix": "/byoc/"}, "Roles")
        }
        for one in self._details("RoleDetailList"):
            if one["RoleName"] in listed:
                yield one["RoleName"], {**listed[one["RoleName"]], **one}

    def policies(self) -> Index:
        return self.index("policies", lambda: ((one["Arn"], one) for one in self._details("Policies")))

    def _details(self, key: str) -> Iterator[Raw]:
        request = {"Filter": ["Role", "LocalManagedPolicy"]}
        return self.pages("iam", "get_account_authorization_details", request, key)


@dataclass(slots=True)
class CountedAccount(Account):
    """An account that counts its calls, together with every copy of it."""

    counted: Counter[str] = field(default_factory=Counter)

    def call(self, service: str, method: str, request: Request) -> dict[str, Any]:
        self.counted[f"{service}:{method}"] += 1
        return Account.call(self, service, method, request)


@dataclass(slots=True)
class BatchedAccount(Account):
    """An account whose reads are answered from wider ones."""

    batched: Batched | None = None

    def call(self, service: str, method: str, request: Request) -> dict[str, Any]:
        if self.batched is None or not method.startswith(READS):
            return Account.call(self, service, method, request)
        return self.batched.answer(service, method, request)

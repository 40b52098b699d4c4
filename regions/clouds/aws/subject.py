"""One manifest in one cloud account: references resolved against the cloud, requests filled in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import sleep
from typing import Any

from botocore.exceptions import ClientError

from regions.clouds.aws.call_names import call_name
from regions.clouds.aws.errors import NO_ANSWER, from_client_error, from_no_answer
from regions.clouds.aws.requests import dig, finished, place, search, tags_of
from regions.clouds.aws.session import Session
from regions.clouds.aws.table import Call, Kind, Raw, Request, Seen, Source, Wanted
from regions.clouds.errors import Category, CloudError
from regions.clouds.ports import Manifest

READS = ("describe_", "get_", "list_", "head_")
READ_TRIES = 3
READ_PAUSE_SECONDS = 0.1
PASSING = frozenset({Category.THROTTLED, Category.TRANSIENT})

REGION_TAG = "byoc:region"
RESOURCE_TAG = "byoc:resource"
OURS = "byoc:"
ONLY = "byoc.akka.io/only"
"""Annotation of a manifest that stands for one thing that is there, by its external id, whatever its name."""


@dataclass(slots=True)
class Account:
    """The cloud account and region that manifests are reconciled with."""

    session: Session
    account_id: str
    region: str
    lookup: Callable[[str], Manifest]
    kinds: Mapping[str, Kind]
    made: dict[str, float] = field(default_factory=dict)
    """When (monotonic seconds) a creation was answered, by the manifest's name: a hint, nothing depends on it."""
    _resolved: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def partition(self) -> str:
        families = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
        return next((name for start, name in families.items() if self.region.startswith(start)), "aws")

    def call(self, service: str, method: str, request: Request) -> dict[str, Any]:
        """One attempt for whatever changes something; reads that got a hasty no are asked again at once."""
        for _ in range(READ_TRIES - 1 if method.startswith(READS) else 0):
            try:
                return self._once(service, method, request)
            except CloudError as error:
                if error.category not in PASSING or not error.status:
                    raise
                sleep(READ_PAUSE_SECONDS)
        return self._once(service, method, request)

    def _once(self, service: str, method: str, request: Request) -> dict[str, Any]:
        client = self.session.client(service)
        try:
            answer: dict[str, Any] = getattr(client, method)(**request)
        except ClientError as error:
            raise from_client_error(error, call_name(client, method)) from error
        except NO_ANSWER as error:
            raise from_no_answer(error, call_name(client, method)) from error
        return answer

    def resolve(self, name: str, refers: str) -> str:
        """External id or ARN of another manifest's resource, as the cloud has it.

        Raises CloudError (not found) when the cloud has no such resource.
        """
        key = (name, refers)
        if key not in self._resolved:
            self._resolved[key] = self.subject(name).identity(refers)
        return self._resolved[key]

    def subject(self, name: str) -> "Subject":
        manifest = self.lookup(name)
        return Subject(self, self.kinds[manifest.kind], manifest)


@dataclass(slots=True)
class Subject:
    account: Account
    kind: Kind
    manifest: Manifest
    token: str = ""
    seen: Raw = field(default_factory=dict)
    created_id: str = ""
    surplus: list[Raw] = field(default_factory=list)

    # -- identity

    @property
    def id(self) -> str:
        return str((search(self.kind.id, self.seen) if self.seen else "") or self.created_id)

    @property
    def arn(self) -> str:
        if self.kind.derived_arn:
            return self._derived_arn()
        if self.kind.arn == self.kind.id:
            return self.id
        return str(search(self.kind.arn, self.seen) or "") if self.kind.arn else ""

    def _derived_arn(self) -> str:
        return self.kind.derived_arn.format(
            partition=self.account.partition,
            region=self.account.region,
            account=self.account.account_id,
            name=self.manifest.external_name,
            path=self.manifest.for_provider.get("path", "/"),
        )

    def identity(self, refers: str) -> str:
        if refers == "arn" and self.kind.derived_arn:
            return self._derived_arn()
        if refers == "id" and self.manifest.external_name:
            return self.manifest.external_name
        found = self.locate()
        if found is None:
            raise _missing(self.manifest)
        self.seen = found
        return self.arn if refers == "arn" else self.id

    # -- what the manifest wants

    def wanted(self, path: str, refers: str = "id") -> Any:
        """A field of the manifest with its references resolved, or None where it has none."""
        parent_path, _, leaf = path.rpartition(".")
        parent = dig(self.manifest.for_provider, parent_path) if parent_path else self.manifest.for_provider
        if not isinstance(parent, Mapping):
            return dig(parent, leaf)
        if leaf in parent:
            return parent[leaf]
        return self._referenced(parent, leaf, refers)

    def _referenced(self, parent: Mapping[str, Any], leaf: str, refers: str) -> Any:
        for single in (f"{leaf}Ref", f"{leaf}FromRoleRef"):
            if single in parent:
                return self.account.resolve(parent[single]["name"], refers)
        for several in (f"{leaf.removesuffix('s')}Refs", f"{leaf}Refs"):
            if several in parent:
                return [self.account.resolve(one["name"], refers) for one in parent[several]]
        return None

    # -- requests

    def fill(self, request: Request) -> dict[str, Any]:
        done: dict[str, Any] = finished(self.draft(request))
        return done

    def draft(self, request: Request) -> dict[str, Any]:
        """A request that more can be placed in; positions of lists are still keys."""
        filled: dict[str, Any] = {}
        for path, source in request.items():
            value = self.value(source)
            if value is not None:
                place(filled, path, value)
        return filled

    def value(self, source: Any) -> Any:
        match source:
            case Source():
                return self._own(source)
            case Wanted(path, refers):
                return self.wanted(path, refers)
            case Seen(path):
                return search(path, self.seen)
            case list():
                return [self.value(item) for item in source]
            case dict():
                return {key: self.value(item) for key, item in source.items()}
            case _:
                return source

    def _own(self, source: Source) -> Any:
        match source:
            case Source.ID:
                return self.id or self.manifest.external_name
            case Source.ARN:
                return self.arn
            case Source.NAME:
                return self.manifest.external_name
            case Source.ACCOUNT:
                return self.account.account_id
            case Source.ONCE:
                return self.token[:64]
            case Source.TAGS:
                return self.kind.tagging.shape(self.manifest.tags) if self.kind.tagging else None
            case _:
                return self._own_tags()

    def _own_tags(self) -> list[dict[str, Any]]:
        wanted = {REGION_TAG: self.manifest.region_id}
        if not self.only:
            wanted[RESOURCE_TAG] = self.manifest.name
        return [{"Name": f"tag:{key}", "Values": [value]} for key, value in wanted.items()]

    def call(self, call: Call) -> dict[str, Any]:
        return self.ask(call.method, self.fill(call.request))

    def ask(self, method: str, request: Request) -> dict[str, Any]:
        return self.account.call(self.kind.service, method, request)

    # -- the cloud's own description

    def find(self) -> Raw | None:
        """The one resource of this manifest as the cloud describes it, or None."""
        raw = self.locate()
        return raw if raw is None else self.with_reads(raw)

    def locate(self) -> Raw | None:
        """As `find`, without the kind's further reads: enough to know which one it is."""
        try:
            return self.kind.find(self) if self.kind.find else self._look_up()
        except CloudError as error:
            if error.category is Category.NOT_FOUND:
                return None
            raise

    def _look_up(self) -> Raw | None:
        lookup = self.kind.lookup
        if lookup is None:
            return None
        found = search(lookup.items, self.call(Call(lookup.method, lookup.request)))
        candidates = found if isinstance(found, list) else [found] if found else []
        by_tags = Source.OWN_TAGS in lookup.request.values()
        return self.pick([one for one in candidates if not by_tags or self.is_ours(one)])

    @property
    def only(self) -> str:
        return self.manifest.annotations.get(ONLY, "")

    def is_ours(self, candidate: Raw) -> bool:
        """Checked here too: not every stand-in for AWS honours a filter by tag."""
        if self.only:
            return bool(search(self.kind.id, candidate) == self.only)
        tags = tags_of(search(self.kind.tagging.seen, candidate)) if self.kind.tagging else {}
        return (tags.get(REGION_TAG), tags.get(RESOURCE_TAG)) == (self.manifest.region_id, self.manifest.name)

    def pick(self, candidates: list[Any]) -> Raw | None:
        """The same one at every look of those that still exist: one in use, else the first by external id."""
        states = self.kind.states
        living = [one for one in candidates if not states.path or search(states.path, one) not in states.gone]
        living.sort(key=lambda one: str(search(self.kind.id, one)))
        if len(living) < 2 or self.kind.used is None:
            return living[0] if living else None
        idle = [one for one in living if not self.kind.used(self, one)]
        chosen = next((one for one in living if one not in idle), living[0])
        self.surplus = [one for one in idle if one is not chosen]
        return dict(chosen)

    @property
    def is_foreign(self) -> bool:
        """It bears our name, and neither a tag of ours nor a sign that it came about in our name."""
        if self.kind.tagging is None or not self.seen or self.only:
            return False
        tags, ours = tags_of(search(self.kind.tagging.seen, self.seen)), self.manifest.tags
        if REGION_TAG in tags:
            return tags[REGION_TAG] != self.manifest.region_id
        if any(tags.get(key) == value for key, value in ours.items() if key.startswith(OURS)):
            return False
        return not (self.kind.adopts and self.kind.adopts(self))

    def with_reads(self, raw: Raw) -> Raw:
        """Take up a description, joined by the kind's further reads."""
        self.seen = dict(raw)
        for read in self.kind.lookup.also if self.kind.lookup else ():
            self.seen = {**self.seen, read.into: self._read(read.method, read.request, read.path)}
        return self.seen

    def _read(self, method: str, request: Request, path: str) -> Any:
        try:
            return search(path, self.ask(method, self.fill(request)))
        except CloudError as error:
            if error.category is Category.NOT_FOUND:
                return None
            raise


def _missing(manifest: Manifest) -> CloudError:
    return CloudError(
        code="ReferenceNotFound",
        status=404,
        message=f"{manifest.name} ({manifest.kind}) does not exist in the cloud account.",
        operation=f"resolve:{manifest.name}",
        request_id="",
        category=Category.NOT_FOUND,
    )

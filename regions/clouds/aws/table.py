"""The table behind the adapter: a kind is data that says which calls make, read, change and remove it.

Dotted keys build nested requests: `{"Ipv4.Cidr": x}` sends `{"Ipv4": {"Cidr": x}}`. Values of requests are
literals or sources: `ID`, `ARN`, `ONCE`, `TAGS`, `OWN_TAGS`, `Wanted("field")`, `Seen("jmespath")`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from regions.clouds.aws.guards import Action

if TYPE_CHECKING:
    from regions.clouds.aws.subject import Subject

Raw = Mapping[str, Any]
"""One resource as its describe call returned it."""
Request = Mapping[str, Any]


class Source(Enum):
    ID = "external id"
    ARN = "ARN"
    NAME = "the name in the cloud that the manifest chooses"
    ACCOUNT = "account id"
    ONCE = "client token of the step: the call takes effect once"
    TAGS = "all tags, in the kind's own shape"
    OWN_TAGS = "EC2 filters that match this resource's tags alone"


ID, ARN, NAME, ACCOUNT, ONCE, TAGS, OWN_TAGS = Source


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field of the manifest; a reference yields the other resource's `refers`: `id` or `arn`."""

    path: str
    refers: str = "id"


@dataclass(frozen=True, slots=True)
class Seen:
    """A value of the description."""

    path: str


@dataclass(frozen=True, slots=True)
class Form:
    """How a value compares (`normal`) and how it travels (`sent`).

    `partial`: what is seen may hold more than is wanted; the rest is others' business.
    """

    normal: Callable[[Any], Any] = lambda value: value
    sent: Callable[[Any], Any] = lambda value: value
    partial: bool = False

    def matches(self, expected: Any, observed: Any) -> bool:
        if observed is None:
            return False
        want, see = self.normal(expected), self.normal(observed)
        return all(item in see for item in want) if self.partial else bool(want == see)


def _document(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


PLAIN = Form()
UNORDERED = Form(normal=lambda value: sorted(value or [], key=str))
DOCUMENT = Form(normal=_document, sent=lambda value: json.dumps(_document(value), separators=(",", ":")))
TEXT = Form(normal=lambda value: str(value).lower(), sent=lambda value: str(value).lower())
LISTED = Form(sent=lambda value: [value])


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the manifest that is compared: where it is wanted, seen, and sent.

    `sent` is its place in the create request (empty: not part of it); `change` names the call that alters
    it (empty: immutable) and `changed` its place there.
    """

    path: str
    seen: str
    sent: str = ""
    change: str = ""
    changed: str = ""
    form: Form = PLAIN
    refers: str = "id"
    always: Any = None
    """What is expected whatever the manifest says (`path` is then a name for people)."""
    computed: "Callable[[Subject], Any] | None" = None
    """What is expected where the manifest alone cannot say it: a name that the cloud invents."""


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    request: Request = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """An update call. `whole`: it replaces all its fields, so all are sent; `single`: one field a call.

    `after_create`: the create call cannot carry its fields, so it follows at once. A change without a
    method is made by `by`.
    """

    method: str = ""
    request: Request = field(default_factory=dict)
    whole: bool = False
    single: bool = False
    after_create: bool = False
    by: "Callable[[Subject], None] | None" = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """How the one resource is found: `items` selects candidates from the answer (JMESPath)."""

    method: str
    request: Request
    items: str
    also: tuple["Read", ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A further read whose answer (`path`, JMESPath) joins the description under `into`.

    `absent`: "not found" is an answer, not the absence of the resource.
    """

    method: str
    request: Request
    path: str
    into: str
    absent: bool = True


@dataclass(frozen=True, slots=True)
class States:
    """`path` is the provider's state word (JMESPath); without one a resource that exists is ready."""

    path: str = ""
    ready: frozenset[str] = frozenset()
    deleting: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    message: str = ""
    steady: frozenset[str] = frozenset()
    """Not ready and not on the way: an update is allowed (`stopped`)."""


@dataclass(frozen=True, slots=True)
class Tagging:
    """Where tags travel. `sent` is their place in the create request, `seen` in the description.

    `shape` is how the change call wants them, `created` how the create call does, where that differs.
    """

    seen: str
    sent: str = ""
    shape: Callable[[Mapping[str, str]], Any] = dict
    created: Callable[[Mapping[str, str]], Any] | None = None
    change: Call | None = None
    after_create: bool = False


def pairs(key: str = "Key", value: str = "Value") -> Callable[[Mapping[str, str]], Any]:
    return lambda tags: [{key: name, value: text} for name, text in tags.items()]


@dataclass(frozen=True, slots=True)
class Kind:
    """One managed-resource kind; functions stand in where a table cannot say it."""

    name: str
    service: str
    lookup: Lookup | None
    id: str
    """External id in the description (JMESPath)."""
    create: Call
    delete: tuple[Call, ...]
    actions: tuple[Action, ...]
    fields: tuple[Field, ...] = ()
    changes: Mapping[str, Change] = field(default_factory=dict)
    states: States = States()
    tagging: Tagging | None = None
    arn: str = ""
    """ARN in the description (JMESPath)."""
    derived_arn: str = ""
    """ARN template of a kind whose name is ours: {partition} {region} {account} {name} {path}."""
    created_id: str = ""
    """External id in the create call's answer (JMESPath), for the changes that follow at once."""
    facts: tuple[str, ...] = ()
    """Top-level keys of the description that the page shows."""
    find: "Callable[[Subject], Raw | None] | None" = None
    before_create: "Callable[[Subject], None] | None" = None
    before_delete: "Callable[[Subject], None] | None" = None
    extra_request: "Callable[[Subject], Mapping[str, Any]] | None" = None
    """Parts of the create request that a table cannot say."""
    adopts: "Callable[[Subject], bool] | None" = None
    """May one under our name without any tag of ours be taken for ours? Without it, none may."""
    used: "Callable[[Subject, Raw], bool] | None" = None
    """Does something stand on this one? Asked where a repeated create may have made two."""

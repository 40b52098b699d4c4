"""Entering values: the forms of one kind together, for a new secret or for its next version."""

from dataclasses import dataclass, field
from typing import Any, cast

from django import forms
from django.http import HttpRequest

from accounts.models import Project
from console.kernel.errors import ConsoleError
from console.kernel.scope import Scope
from console.web.components.fields import Card
from secrets_app.actions import references, secrets
from secrets_app.forms.secret_values import KIND_FORMS, GeneratedForm, GenericForm, ValuesForm
from secrets_app.forms.secrets import PlaceForm, ReferenceForm
from secrets_app.kinds import generated
from secrets_app.models import Kind, Secret, SecretVersion
from secrets_app.readings.secret import keys_of

EMPTY_ROWS = 3
KIND_CARDS = (
    (Kind.GENERIC, "key-round", Card("Generic", "Keys with values, files too: a password, a token, a keystore.")),
    (Kind.TLS, "badge-check", Card("TLS", "A certificate with its private key; that they match is checked.")),
    (Kind.TLS_CA, "shield-check", Card("TLS-CA", "Certificates of an authority that your apps trust.")),
    (Kind.SYMMETRIC, "lock-keyhole", Card("Symmetric", "A random key, made here or given.")),
    (Kind.ASYMMETRIC, "file-key", Card("Asymmetric", "A key pair, made here or given.")),
    (
        Kind.EXTERNAL,
        "cloud",
        Card("External", "The value stays in your cloud's secrets manager; we keep where it is."),
    ),
)
"""Kind, icon, and what it is for."""


@dataclass(slots=True)
class Entry:
    """What a page asks for and what was answered; values leave it only towards an action."""

    kind: str
    values: forms.Form
    place: PlaceForm | None = None
    secret: Secret | None = None
    keys: list[str] = field(default_factory=list)
    based_on: int = 0
    rotating: bool = False
    sent: bool = False

    def is_valid(self) -> bool:
        judged = [form.is_valid() for form in (self.place, self.values) if form is not None]
        return self.sent and all(judged)

    @property
    def errors(self) -> bool:
        return self.sent and any(form.errors for form in (self.place, self.values) if form is not None)

    def create(self, scope: Scope) -> Secret:
        assert self.place is not None
        place = self.place.place()
        if isinstance(self.values, ReferenceForm):
            return references.refer(scope=scope, **place, **self.values.cleaned_data)
        entered = cast("ValuesForm", self.values)
        expires_at = entered.expires_at()
        return secrets.put(
            scope=scope, **place, kind=self.kind, values=self._entered(), expires_at=expires_at, is_new=True
        )

    def save(self, scope: Scope) -> SecretVersion:
        assert self.secret is not None
        entered = cast("ValuesForm", self.values)
        given: dict[str, Any] = {
            "secret": self.secret,
            "based_on": self.based_on,
            "expires_at": entered.expires_at(),
        }
        if self.rotating:
            return secrets.rotate(scope=scope, values=self._entered(), **given)
        removed = self.values.removed() if isinstance(self.values, GenericForm) else ()
        return secrets.change(scope=scope, values=self._entered(), removed=removed, **given)

    def _entered(self) -> dict[str, bytes]:
        if isinstance(self.values, GeneratedForm) and self.values.algorithm:
            return generated(self.kind, self.values.algorithm)
        return cast("ValuesForm", self.values).values()

    def refuse(self, error: ConsoleError) -> None:
        """Put an action's error beside the field it is about."""
        if self.place is not None and error.field in self.place.fields:
            self.place.add_error(error.field, str(error))
            return
        named = self.values.field_of(error.field) if isinstance(self.values, ValuesForm) else error.field
        self.values.add_error(named if named in self.values.fields else None, str(error))

    def context(self) -> dict[str, Any]:
        """For the template; no value is in it."""
        return {
            "kind": Kind(self.kind),
            "form": self.values,
            "place": self.place,
            "secret": self.secret,
            "rows": self._rows(),
            "based_on": self.based_on,
            "rotating": self.rotating,
        }

    def _rows(self) -> list[tuple[str, bool]]:
        """Keys of the rows of a generic secret, and whether the key is there already."""
        if not isinstance(self.values, GenericForm):
            return []
        typed = [name for name in self.values.names if name not in self.keys]
        rows = [(key, True) for key in self.keys] + [(name, False) for name in typed]
        return rows + [("", False)] * (1 if self.keys or typed else EMPTY_ROWS)


def new(scope: Scope, kind: str, request: HttpRequest) -> Entry:
    projects = projects_of(scope)
    sent = request.method == "POST"
    place = PlaceForm(request.POST if sent else None, projects=projects, initial=_proposed(request, projects))
    return Entry(kind, _form(kind, request, sent=sent), place=place, sent=sent)


def projects_of(scope: Scope) -> list[Project]:
    return list(Project.objects.visible_to(scope).by_name())


def _proposed(request: HttpRequest, projects: list[Project]) -> dict[str, str]:
    named = request.GET.get("project", "")
    return {"project": next((str(each.pk) for each in projects if each.name == named), "")}


def next_version(scope: Scope, secret: Secret, request: HttpRequest, *, rotating: bool) -> Entry:
    sent = request.method == "POST"
    based_on = request.POST.get("based_on", "")
    return Entry(
        secret.kind,
        _form(secret.kind, request, sent=sent),
        secret=secret,
        keys=keys_of(scope=scope, secret=secret) if secret.kind == Kind.GENERIC else [],
        based_on=int(based_on) if based_on.isdecimal() and len(based_on) < 10 else secret.current_version,
        rotating=rotating,
        sent=sent,
    )


def _form(kind: str, request: HttpRequest, *, sent: bool) -> forms.Form:
    if kind == Kind.EXTERNAL:
        return ReferenceForm(request.POST if sent else None)
    return KIND_FORMS[kind](request.POST if sent else None, request.FILES if sent else None)

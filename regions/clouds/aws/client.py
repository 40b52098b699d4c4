"""The four verbs over AWS, driven by the table of kinds."""

from collections.abc import Callable, Iterator, Mapping
from math import inf
from time import monotonic
from typing import Any

from regions.clouds.aws.kinds import KINDS
from regions.clouds.aws.requests import finished, place, plain, search, tags_of
from regions.clouds.aws.session import Session
from regions.clouds.aws.subject import Account, Subject
from regions.clouds.aws.table import Change, Field, Kind, Raw
from regions.clouds.errors import Category, CloudError
from regions.clouds.ports import Difference, Manifest, Observation

TAGS = "tags"
UNSEEN_SECONDS = 30.0
"""How long what a create call answered with may stay invisible before it is thought to be gone."""


class AwsResources:
    """ResourceClient for one cloud account and region; references are resolved once per instance."""

    def __init__(
        self,
        session: Session,
        account_id: str,
        region: str,
        lookup: Callable[[str], Manifest],
        kinds: Mapping[str, Kind] = KINDS,
    ) -> None:
        self._account = Account(session, account_id, region, lookup, kinds)

    def observe(self, manifest: Manifest) -> Observation:
        subject = self._subject(manifest)
        return Observation(exists=False) if subject.find() is None else observation_of(subject)

    def create(self, manifest: Manifest, *, token: str) -> None:
        """Find first, so that a create whose answer was lost is not made twice.

        What was made a moment ago may not be visible yet, and is not made again meanwhile.
        """
        subject = self._subject(manifest, token)
        made_at = self._account.made.get(manifest.name, -inf)
        if subject.find() is not None or monotonic() - made_at < UNSEEN_SECONDS:
            return
        with_references(lambda: _create(subject))

    def update(self, manifest: Manifest, observation: Observation) -> None:
        """Change what differs now; does nothing while the resource is still on its way to a state."""
        subject = self._subject(manifest)
        raw = subject.find()
        if raw is None or observation.deleting or _busy(subject.kind, raw):
            return
        names = [difference.field for difference in _differences(subject)]
        with_references(lambda: _update(subject, names))

    def delete(self, manifest: Manifest, observation: Observation) -> None:
        subject = self._subject(manifest)
        raw = subject.find()
        self._account.made.pop(manifest.name, None)
        if raw is None or observation.deleting or subject.is_foreign:
            return
        if _state(subject.kind, raw) not in subject.kind.states.deleting:
            _delete(subject)

    def trim(self, manifest: Manifest) -> None:
        """Remove further ones that nothing uses."""
        subject = self._subject(manifest)
        subject.find()
        for raw in subject.surplus:
            further = self._subject(manifest)
            further.seen = raw
            _delete(further)

    def _subject(self, manifest: Manifest, token: str = "") -> Subject:
        return Subject(self._account, self._account.kinds[manifest.kind], manifest, token)


def _delete(subject: Subject) -> None:
    try:
        if subject.kind.before_delete:
            subject.kind.before_delete(subject)
        for call in subject.kind.delete:
            subject.call(call)
    except CloudError as error:
        if error.category is not Category.NOT_FOUND:
            raise


def with_references(verb: Callable[[], None]) -> None:
    """A reference that is not there yet is a conflict to try again, not the absence of this resource."""
    try:
        verb()
    except CloudError as error:
        if error.code != "ReferenceNotFound":
            raise
        raise CloudError(
            code=error.code,
            status=error.status,
            message=error.message,
            operation=error.operation,
            request_id=error.request_id,
            category=Category.CONFLICT,
        ) from error


def _create(subject: Subject) -> None:
    kind = subject.kind
    if kind.before_create:
        kind.before_create(subject)
    answer = subject.ask(kind.create.method, create_request(subject))
    subject.account.made[subject.manifest.name] = monotonic()
    created = str(search(kind.created_id, answer) or "") if kind.created_id else ""
    subject.created_id = created.removeprefix("/hostedzone/")  # Route 53 answers with a path
    if kind.tagging and kind.tagging.after_create and kind.tagging.change:
        subject.call(kind.tagging.change)
    for name, change in kind.changes.items():
        if change.after_create:
            _apply(subject, change, list(_fields_of(kind, name)))


def create_request(subject: Subject) -> dict[str, Any]:
    kind = subject.kind
    request = subject.draft(kind.create.request)
    for field in kind.fields:
        value = _value(subject, field) if field.sent else None
        if value is not None:
            place(request, field.sent, field.form.sent(value))
    if kind.tagging and kind.tagging.sent:
        shape = kind.tagging.created or kind.tagging.shape
        place(request, kind.tagging.sent, shape(subject.manifest.tags))
    if kind.extra_request:
        request |= kind.extra_request(subject)
    done: dict[str, Any] = finished(request)
    return done


def _value(subject: Subject, field: Field) -> Any:
    return field.computed(subject) if field.computed else subject.wanted(field.path, field.refers)


def _update(subject: Subject, names: list[str]) -> None:
    kind = subject.kind
    if TAGS in names and kind.tagging and kind.tagging.change:
        subject.call(kind.tagging.change)
    for name, change in kind.changes.items():
        if touched := [field for field in _fields_of(kind, name) if field.path in names]:
            _apply(subject, change, list(_fields_of(kind, name)) if change.whole else touched)


def _fields_of(kind: Kind, change: str) -> Iterator[Field]:
    return (field for field in kind.fields if field.change == change)


def _apply(subject: Subject, change: Change, fields: list[Field]) -> None:
    if change.by:
        change.by(subject)
        return
    if change.single:
        for field in fields:
            _send(subject, change, [field])
    else:
        _send(subject, change, fields)


def _send(subject: Subject, change: Change, fields: list[Field]) -> None:
    request = subject.draft(change.request)
    values = [(field, _value(subject, field)) for field in fields]
    wanted = [(field, value) for field, value in values if value is not None]
    for field, value in wanted:
        if where := field.changed or field.sent:
            place(request, where, field.form.sent(value))
    if wanted:
        subject.ask(change.method, finished(request))


def observation_of(subject: Subject) -> Observation:
    """Of a subject that was found."""
    kind, raw = subject.kind, subject.seen
    differences = tuple(_differences(subject))
    state, states = _state(kind, raw), kind.states
    return Observation(
        exists=True,
        external_id=subject.id,
        ready=not states.path or state in states.ready,
        up_to_date=not differences,
        state=state,
        differences=differences,
        facts=_facts(subject),
        deleting=state in states.deleting,
        failed=state in states.failed,
        message=str(search(states.message, raw) or "") if states.message else "",
        foreign=subject.is_foreign,
        surplus=tuple(str(search(kind.id, one)) for one in subject.surplus),
    )


def _state(kind: Kind, raw: Raw) -> str:
    return str(search(kind.states.path, raw) or "") if kind.states.path else "present"


def _busy(kind: Kind, raw: Raw) -> bool:
    states = kind.states
    return bool(states.path) and _state(kind, raw) not in states.ready | states.steady


def _facts(subject: Subject) -> dict[str, Any]:
    facts = {name: plain(subject.seen[name]) for name in subject.kind.facts if name in subject.seen}
    return {**facts, "arn": subject.arn} if subject.arn else facts


def _differences(subject: Subject) -> Iterator[Difference]:
    kind = subject.kind
    for field in kind.fields:
        expected = _expected(subject, field)
        if expected is None:
            continue
        observed = search(field.seen, subject.seen)
        if not field.form.matches(expected, observed):
            yield Difference(field.path, plain(expected), plain(observed), immutable=not field.change)
    yield from _tag_differences(subject)


def _expected(subject: Subject, field: Field) -> Any:
    """None also where a reference is gone: its own step reports that."""
    if field.always is not None:
        return field.always
    try:
        return _value(subject, field)
    except CloudError as error:
        if error.code == "ReferenceNotFound":
            return None
        raise


def _tag_differences(subject: Subject) -> Iterator[Difference]:
    """Our tags must be there; tags that others added are theirs."""
    tagging = subject.kind.tagging
    if tagging is None:
        return
    observed = tags_of(search(tagging.seen, subject.seen))
    expected = dict(subject.manifest.tags)
    if ours := {key: observed.get(key) for key in expected if observed.get(key) != expected[key]}:
        yield Difference(TAGS, {key: expected[key] for key in ours}, ours, immutable=tagging.change is None)

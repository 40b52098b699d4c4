"""Pages of secrets: what people see and send; no value comes back but in the one answer that reveals it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Project, User
from console.audit.models import AuditEvent
from console.kernel.scope import Scope
from secrets_app.actions import secrets
from secrets_app.models import Secret, SecretVersion
from tests.signing_in import sign_in
from tests.unit.secrets_app.certificates import certificate, key, pem_of
from tests.unit.secrets_app.conftest import Bucket, Region

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.usefixtures("bucket"),
]

CANARY = "canary-b7d0-value-9134"
Signed = Callable[[User], Client]


def at(name: str, **kwargs: Any) -> str:
    return reverse(name, kwargs={"org": "acme", **kwargs})


@pytest.fixture
def web(client_of: Signed, alice: User) -> Client:
    return client_of(alice)


@pytest.fixture
def secret(alice_scope: Scope, project: Project) -> Secret:
    with alice_scope.entered():
        return secrets.put(
            scope=alice_scope,
            name="payments-db",
            project=project,
            values={"password": CANARY.encode(), "user": b"x"},
        )


def form(**fields: Any) -> dict[str, Any]:
    return {"name": "db", "project": "", "description": "", **fields}


def versions(scope: Scope, secret: Secret) -> list[SecretVersion]:
    with scope.entered():
        return list(SecretVersion.objects.filter(secret=secret).order_by("number"))


def test_without_secrets_the_list_says_what_they_are(web: Client) -> None:
    assert "No secret yet." in web.get(at("secrets")).content.decode()


def test_the_list_shows_where_each_is_live_and_never_a_value(web: Client, secret: Secret, region: Region) -> None:
    assert "Saved, not live in 1 region" in web.get(at("secrets")).content.decode()
    region.settle()
    page = web.get(at("secrets")).content.decode()
    assert "Saved, not live" not in page
    assert "prod-eu-central-1" in page
    assert CANARY not in page


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("?q=pay", True), ("?q=password", True), ("?q=nothing", False), ("?project=payments", True),
        ("?project=organization", False), ("?kind=generic", True), ("?kind=tls", False), ("?live=no", False),
        ("?expires=soon", False), ("?kind=nothing", True), ("?project=%ff", False), ("?q=" + "x" * 5000, False),
    ],
)  # fmt: skip
def test_filters_stand_in_the_address(web: Client, secret: Secret, query: str, there: bool) -> None:
    page = web.get(at("secrets") + query)
    assert page.status_code == 200
    assert ('class="name" href="' in page.content.decode()) is there


def test_the_list_asks_as_much_for_many_as_for_one(
    web: Client, alice_scope: Scope, secret: Secret, make_region: Callable[[str], Region]
) -> None:
    first = make_region("one")
    first.settle()
    few = _queries(web, at("secrets"))
    with alice_scope.entered():
        for number in range(12):
            secrets.put(scope=alice_scope, name=f"s-{number}", values={"k": b"v"})
    make_region("two")
    assert _queries(web, at("secrets")) == few
    assert few == 19


def test_a_secrets_page_asks_as_much_for_many_versions_as_for_one(
    web: Client, alice_scope: Scope, secret: Secret, region: Region
) -> None:
    few = _queries(web, at("secret", secret_id=secret.pk))
    with alice_scope.entered():
        for number in range(8):
            secrets.change(scope=alice_scope, secret=secret, values={"user": str(number).encode()})
    assert _queries(web, at("secret", secret_id=secret.pk)) == few
    assert few == 16


def _queries(web: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert web.get(address).status_code == 200
    return len(asked)


def test_a_generic_secret_is_made_of_rows_and_files(web: Client, alice_scope: Scope) -> None:
    file = SimpleUploadedFile("store.p12", b"\x00\x01\xff")
    sent = web.post(
        at("secret-create", kind="generic"),
        form(key=["password", "store", ""], value=[CANARY, "", ""], **{"file-1": file}),
    )
    assert sent.status_code == 303
    with alice_scope.entered():
        made = Secret.objects.get(name="db")
        assert secrets.reveal(scope=alice_scope, secret=made, key="store", reason="test") == b"\x00\x01\xff"
        assert secrets.reveal(scope=alice_scope, secret=made, key="password", reason="test") == CANARY.encode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Bad Name"},
        {"name": ""},
        {"project": "no-such"},
        {"key": ["a b"]},
        {"key": [""]},
        {"key": ["a", "a"], "value": [CANARY, CANARY]},
        {"value": ["x" * 70_000 + CANARY]},
        {"expires_on": "yesterday"},
        {"name": "x\x00y"},
    ],
)
def test_a_failed_form_keeps_names_and_never_shows_a_value_again(web: Client, wrong: dict[str, Any]) -> None:
    sent = web.post(at("secret-create", kind="generic"), form(key=["password"], value=[CANARY]) | wrong)
    assert sent.status_code == 422
    assert CANARY not in sent.content.decode()
    assert "is not shown again" in sent.content.decode()


def test_a_taken_name_is_said_beside_the_field(web: Client, secret: Secret, project: Project) -> None:
    sent = web.post(
        at("secret-create", kind="generic"),
        form(name="payments-db", project=str(project.pk), key=["a"], value=[CANARY]),
    )
    assert "There is a secret called payments-db here." in sent.content.decode()
    assert CANARY not in sent.content.decode()


def test_a_tls_pair_is_checked_to_match_and_says_when_it_expires(web: Client, alice_scope: Scope) -> None:
    private = key()
    address = at("secret-create", kind="tls")
    wrong = web.post(address, form(certificate=certificate(key()).decode(), private_key=pem_of(private).decode()))
    assert "not that of the certificate" in wrong.content.decode()
    assert "PRIVATE KEY" not in wrong.content.decode()
    right = form(certificate=certificate(private).decode(), private_key=pem_of(private).decode())
    assert web.post(address, right).status_code == 303
    with alice_scope.entered():
        assert Secret.objects.get(name="db").expires_at is not None


@pytest.mark.parametrize(("kind", "make"), [("symmetric", "256"), ("asymmetric", "ed25519")])
def test_the_console_makes_keys(web: Client, alice_scope: Scope, kind: str, make: str) -> None:
    assert web.post(at("secret-create", kind=kind), form(make=make)).status_code == 303
    with alice_scope.entered():
        assert Secret.objects.get(name="db").detail in {"256 bits", "Ed25519"}


def test_a_cloud_that_is_not_available_says_so(web: Client) -> None:
    sent = web.post(
        at("secret-create", kind="external"), form(provider="gcp", reference="projects/p/secrets/s/versions/1")
    )
    assert sent.status_code == 422
    assert "Secrets of Google Secret Manager cannot be referred to yet" in sent.content.decode()


def test_an_external_secret_keeps_its_reference_alone(web: Client, alice_scope: Scope) -> None:
    arn = "arn:aws:secretsmanager:eu-central-1:444455556666:secret:ledger-AbCdEf"
    assert web.post(at("secret-create", kind="external"), form(provider="aws", reference=arn)).status_code == 303
    with alice_scope.entered():
        made = Secret.objects.get(name="db")
    assert (made.reference, made.check_state) == (arn, "pending")
    assert arn in web.get(at("secret", secret_id=made.pk)).content.decode()


def test_a_new_version_keeps_what_was_left_empty(web: Client, alice_scope: Scope, secret: Secret) -> None:
    page = web.get(at("secret-version-add", secret_id=secret.pk)).content.decode()
    assert "keeps its value" in page
    assert CANARY not in page
    sent = {"based_on": "1", "key": ["password", "user", "token"], "value": ["", "y", "t"]}
    assert web.post(at("secret-version-add", secret_id=secret.pk), sent).status_code == 303
    _, second = versions(alice_scope, secret)
    assert second.keys == ["password", "user", "token"]
    assert second.entries[0]["since"] == 1


def test_a_key_is_removed_when_it_is_ticked(web: Client, alice_scope: Scope, secret: Secret) -> None:
    sent = {"based_on": "1", "key": ["password", "user"], "value": ["", ""], "removed": ["user"]}
    assert web.post(at("secret-version-add", secret_id=secret.pk), sent).status_code == 303
    assert versions(alice_scope, secret)[1].keys == ["password"]


def test_a_change_based_on_an_older_version_is_refused(web: Client, alice_scope: Scope, secret: Secret) -> None:
    with alice_scope.entered():
        secrets.change(scope=alice_scope, secret=secret, values={"user": b"other"})
    sent = web.post(
        at("secret-version-add", secret_id=secret.pk), {"based_on": "1", "key": ["user"], "value": [CANARY]}
    )
    assert "was saved while you were at it" in sent.content.decode()
    assert CANARY not in sent.content.decode()


def test_rotating_from_the_page(web: Client, alice_scope: Scope, secret: Secret) -> None:
    sent = {"based_on": "1", "key": ["password", "user"], "value": ["new", ""]}
    assert web.post(at("secret-rotate", secret_id=secret.pk), sent).status_code == 303
    assert versions(alice_scope, secret)[0].valid_until is not None
    page = web.get(at("secret", secret_id=secret.pk)).content.decode()
    assert "valid until" in page
    assert "password changed" in page


def test_rolling_back_and_ending_from_the_page(web: Client, alice_scope: Scope, secret: Secret) -> None:
    with alice_scope.entered():
        secrets.rotate(scope=alice_scope, secret=secret, values={"password": b"new"})
    assert web.post(at("secret-roll-back", secret_id=secret.pk, number=1)).status_code == 303
    assert web.post(at("secret-version-end", secret_id=secret.pk, number=1)).status_code == 303
    assert versions(alice_scope, secret)[0].ended_at is not None


def test_two_versions_are_compared_by_their_keys(web: Client, alice_scope: Scope, secret: Secret) -> None:
    with alice_scope.entered():
        secrets.change(scope=alice_scope, secret=secret, values={"token": b"t"}, removed=["user"])
    page = web.get(at("secret-compare", secret_id=secret.pk) + "?older=1&newer=2").content.decode()
    assert all(word in page for word in ("added", "removed", "same"))
    assert CANARY not in page
    for query in ("?older=9&newer=1", "?older=x", "?older=" + "9" * 400):
        assert web.get(at("secret-compare", secret_id=secret.pk) + query).status_code == 200


def test_a_value_is_revealed_once_to_a_person_who_says_why(
    web: Client, alice_scope: Scope, secret: Secret
) -> None:
    sent = web.post(at("secret-reveal", secret_id=secret.pk), {"key": "password", "reason": "Case 4182"})
    assert CANARY in sent.content.decode()
    assert "no-store" in sent["Cache-Control"]
    assert CANARY not in str(dict(sent.headers)) + str(dict(web.session)) + str(sent.cookies)
    with alice_scope.entered():
        (event,) = AuditEvent.objects.filter(event="secret:revealed")
    assert event.reason == "Case 4182"
    assert CANARY not in web.get(at("secret", secret_id=secret.pk)).content.decode()


@pytest.mark.parametrize(
    "sent", [{"key": "password"}, {"reason": "why not"}, {"key": "other", "reason": "why not"}, {}]
)
def test_a_reveal_without_key_or_reason_shows_nothing(
    web: Client, alice_scope: Scope, secret: Secret, sent: dict[str, str]
) -> None:
    answer = web.post(at("secret-reveal", secret_id=secret.pk), sent)
    assert answer.status_code == 422
    assert CANARY not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    with alice_scope.entered():
        assert not AuditEvent.objects.filter(event="secret:revealed").exists()


def test_a_reveal_is_no_page_to_go_to(web: Client, secret: Secret) -> None:
    assert web.get(at("secret-reveal", secret_id=secret.pk)).status_code == 405


def test_a_stale_second_factor_is_asked_for_first_and_nothing_of_the_request_is_kept(
    alice: User, secret: Secret
) -> None:
    stale = sign_in(Client(), alice, shown_seconds_ago=3600)
    assert "Show the second factor" in stale.get(at("secret", secret_id=secret.pk)).content.decode()
    sent = stale.post(at("secret-reveal", secret_id=secret.pk), {"key": "password", "reason": "Case 4182"})
    assert sent.status_code == 303
    assert "second-factor" in sent["Location"]
    assert CANARY not in sent.content.decode()
    assert "4182" not in str(dict(stale.session)) + sent["Location"]


def test_an_auditor_sees_the_secret_and_reveals_nothing(client_of: Signed, bob: User, secret: Secret) -> None:
    web = client_of(bob)
    assert "but not its value" in web.get(at("secret", secret_id=secret.pk)).content.decode()
    refused = web.post(at("secret-reveal", secret_id=secret.pk), {"key": "password", "reason": "curious"})
    assert refused.status_code == 403
    for name in ("secret-choose", "secret-import"):
        assert web.get(at(name)).status_code == 403


def test_an_outsider_gets_404_everywhere(client_of: Signed, mallory: User, secret: Secret) -> None:
    web = client_of(mallory)
    for name in ("secret", "secret-compare", "secret-rotate", "secret-version-add", "secret-schedule"):
        assert web.get(at(name, secret_id=secret.pk)).status_code == 404
        own = reverse(name, kwargs={"org": "evil", "secret_id": secret.pk})
        assert web.get(own).status_code == 404
    theft = reverse("secret-reveal", kwargs={"org": "evil", "secret_id": secret.pk})
    answer = web.post(theft, {"key": "password", "reason": "theft"})
    assert answer.status_code == 404
    assert CANARY not in answer.content.decode()


def test_deleting_wants_the_name(web: Client, alice_scope: Scope, secret: Secret) -> None:
    assert web.post(at("secret-delete", secret_id=secret.pk), {"typed": "payments"}).status_code == 422
    assert web.post(at("secret-delete", secret_id=secret.pk), {"typed": "payments-db"}).status_code == 303
    assert web.get(at("secret", secret_id=secret.pk)).status_code == 404


def test_the_schedule_is_set(web: Client, alice_scope: Scope, secret: Secret) -> None:
    address = at("secret-schedule", secret_id=secret.pk)
    assert web.post(address, {"rotate_days": "0", "grace_hours": "24"}).status_code == 422
    assert web.post(address, {"rotate_days": "9" * 30, "grace_hours": "x"}).status_code == 422
    assert web.post(address, {"rotate_days": "90", "grace_hours": "72"}).status_code == 303
    with alice_scope.entered():
        assert Secret.objects.get(pk=secret.pk).next_rotation_at is not None


def test_an_import_is_previewed_by_key_names_and_saves_nothing(
    web: Client, alice_scope: Scope, secret: Secret
) -> None:
    sent = form(name="payments-db", project=str(secret.project_id), text=f"password={CANARY}\nuser=new\ntoken=t\n")
    page = web.post(at("secret-import-preview"), sent, headers={"HX-Request": "true"}).content.decode()
    assert all(word in page for word in ("same", "changed", "added", "token"))
    assert CANARY not in page
    assert len(versions(alice_scope, secret)) == 1


def test_an_import_adds_its_keys_to_those_that_are_there(web: Client, alice_scope: Scope, secret: Secret) -> None:
    file = SimpleUploadedFile("x.env", b"token=t\n")
    sent = form(name="payments-db", project=str(secret.project_id), file=file)
    assert web.post(at("secret-import"), sent).status_code == 303
    assert versions(alice_scope, secret)[1].keys == ["password", "user", "token"]


@pytest.mark.parametrize("text", ["", "A", f'A="{CANARY}', '{"A": ' + CANARY, "{" * 500, "A=1\x00" + CANARY])
def test_a_bad_import_is_said_without_its_contents(web: Client, text: str) -> None:
    for name in ("secret-import", "secret-import-preview"):
        answer = web.post(at(name), form(text=text))
        assert answer.status_code in {200, 422}
        assert CANARY not in answer.content.decode()


def test_no_value_reaches_a_log_or_an_error_page(
    web: Client,
    alice_scope: Scope,
    secret: Secret,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(**_given: Any) -> None:
        raise RuntimeError("the view broke")

    monkeypatch.setattr(secrets, "put", broken)
    web.raise_request_exception = False
    answer = web.post(at("secret-create", kind="generic"), form(key=["password"], value=[CANARY]))
    assert answer.status_code == 500
    seen = answer.content.decode() + caplog.text
    for spelled in (CANARY, quote(CANARY), CANARY.encode().hex()):
        assert spelled not in seen


def test_the_offer_of_another_key_is_shown_and_accepted_by_an_owner(
    web: Client, client_of: Signed, bob: User, secret: Secret, region: Region, bucket: Bucket
) -> None:
    from joserfc.jwk import ECKey

    region.settle()
    region.key = ECKey.generate_key("P-256")
    region.offer()
    region.look()
    page = web.get(at("secrets")).content.decode()
    assert "offers another public key" in page
    assert region.key.thumbprint() in page
    accept = at("recipient-accept-key", recipient_id=region.recipient.pk)
    assert client_of(bob).post(accept, {"key_id": region.key.thumbprint()}).status_code == 403
    assert web.post(accept, {"key_id": "another"}).status_code == 409
    assert web.post(accept, {"key_id": region.key.thumbprint()}).status_code == 303


def test_every_form_has_its_page(web: Client, secret: Secret) -> None:
    for kind in ("generic", "tls", "tls-ca", "symmetric", "asymmetric", "external"):
        assert web.get(at("secret-create", kind=kind)).status_code == 200
    assert web.get(at("secret-create", kind="other")).status_code == 404
    for name in ("secret-choose", "secret-import"):
        assert web.get(at(name)).status_code == 200
    for name in ("secret-rotate", "secret-version-add", "secret-schedule", "secret-compare"):
        assert web.get(at(name, secret_id=secret.pk)).status_code == 200


def test_a_file_too_large_for_a_secret_is_said_and_one_too_large_for_a_form_is_not_read(web: Client) -> None:
    address = at("secret-create", kind="generic")
    large = form(key=["store"], value=[""], **{"file-0": SimpleUploadedFile("x", b"\xff" * 600_000)})
    assert "more than the 524,288" in web.post(address, large).content.decode()
    web.raise_request_exception = False
    huge = form(key=["store"], value=[""], **{"file-0": SimpleUploadedFile("x", b"\xff" * 5_000_000)})
    assert web.post(address, huge).status_code == 413


def test_uploads_are_never_spooled_to_a_disk(settings: Any) -> None:
    from django.core.files import uploadhandler

    handlers = [uploadhandler.load_handler(path, None) for path in settings.FILE_UPLOAD_HANDLERS]
    assert not any(isinstance(each, uploadhandler.TemporaryFileUploadHandler) for each in handlers)

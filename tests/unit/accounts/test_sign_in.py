"""Signing up, in and out, through the pages."""

import re
import time

import pyotp
import pytest
from django.test import Client

from accounts.actions import second_factors
from accounts.models import Membership, Organization, TotpDevice, User
from console.encryption.keyring import keyring
from console.kernel.scope import as_user
from tests.conftest import PASSWORD, make_person
from tests.signing_in import SECRET
from tests.unit.accounts.trail import events

pytestmark = pytest.mark.django_db

NEW = {"name": "Nora Berg", "email": "Nora@Example.com", "password1": "four words in a row"}


def sign_up(client: Client) -> User:
    response = client.post("/account/signup/", NEW)
    assert response.status_code == 302, response.context["form"].errors
    return User.objects.get(email="nora@example.com")


def password(client: Client, user: User, **data: str) -> str:
    response = client.post("/account/login/", {"login": user.email, "password": PASSWORD, **data})
    return str(response.headers.get("Location", response.status_code))


def test_sign_up_leads_through_enrolment_to_an_organization_with_its_own_key(client: Client) -> None:
    nora = sign_up(client)
    assert nora.password.startswith("argon2$argon2id$")
    assert client.get("/", follow=True).redirect_chain == [("/account/second-factor/enrol/", 303)]
    page = client.get("/account/second-factor/enrol/")
    code = pyotp.TOTP(page.context["secret"]).now()
    codes = client.post("/account/second-factor/enrol/", {"code": code})
    assert len(codes.context["codes"]) == 10
    assert client.get("/", follow=True).redirect_chain == [("/account/organizations/new/", 303)]
    made = client.post("/account/organizations/new/", {"name": "Fjord & Söner AB"})
    assert made["Location"] == "/o/fjord-soner-ab/"
    with as_user(nora.pk):
        organization = Organization.objects.get(slug="fjord-soner-ab")
        assert Membership.objects.of(nora.pk).get().role == "owner"
    assert keyring(str(organization.pk)).active_version == 1


@pytest.mark.parametrize("path", ["/", "/account/security/", "/account/password/change/", "/o/acme/", "/admin/"])
def test_without_a_second_factor_only_enrolment_opens(client: Client, path: str) -> None:
    client.force_login(make_person("Kim", is_staff=True))
    response = client.get(path)
    assert response.status_code == 303
    assert response["Location"].partition("?")[0] == "/account/second-factor/enrol/"


def test_without_a_second_factor_one_can_still_sign_out(client: Client) -> None:
    client.force_login(make_person("Kim"))
    assert client.post("/account/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_session_from_before_the_enrolment_is_asked_for_the_code(client: Client) -> None:
    kim = make_person("Kim")
    client.force_login(kim)
    second_factors.enrol_totp(user=kim)
    assert client.get("/")["Location"] == "/account/second-factor/again/"


def test_the_password_alone_signs_nobody_in(client: Client, alice: User) -> None:
    second_factors.enrol_totp(user=alice, secret=SECRET)
    assert password(client, alice) == "/account/second-factor/"
    assert "_auth_user_id" not in client.session
    response = client.post("/account/second-factor/", {"code": pyotp.TOTP(SECRET).now()})
    assert response.status_code == 302
    assert client.get("/")["Location"] == "/o/acme/"
    assert {"person:signed-in"} <= {event.event for event in events()}


def test_the_page_asked_for_opens_after_both_factors(client: Client, alice: User) -> None:
    second_factors.enrol_totp(user=alice, secret=SECRET)
    password(client, alice, next="/o/acme/access/")
    response = client.post("/account/second-factor/", {"code": pyotp.TOTP(SECRET).now()})
    assert response["Location"] == "/o/acme/access/"


def test_a_code_that_signed_one_browser_in_does_not_sign_in_another(alice: User) -> None:
    second_factors.enrol_totp(user=alice, secret=SECRET)
    code = pyotp.TOTP(SECRET).at(time.time() + 30)
    answers = []
    for client in (Client(), Client()):
        password(client, alice)
        answers.append(client.post("/account/second-factor/", {"code": code}).status_code)
    assert answers == [302, 422]


def test_a_recovery_code_replaces_the_authenticator(client: Client, alice: User) -> None:
    made = second_factors.enrol_totp(user=alice, secret=SECRET)
    password(client, alice)
    response = client.post("/account/second-factor/?recovery", {"code": made[3]})
    assert response.status_code == 302
    assert "_auth_user_id" in client.session


def test_a_short_code_is_told_how_many_digits_it_has(client: Client, alice: User) -> None:
    second_factors.enrol_totp(user=alice, secret=SECRET)
    password(client, alice)
    response = client.post("/account/second-factor/", {"code": "41780"})
    assert response.status_code == 422
    assert b"That is 5 digits; the code has 6." in response.content


def test_giving_up_half_way_forgets_the_password(client: Client, alice: User) -> None:
    second_factors.enrol_totp(user=alice, secret=SECRET)
    password(client, alice)
    client.post("/account/logout/")
    assert client.get("/account/second-factor/")["Location"] == "/account/login/"


def test_unknown_addresses_and_wrong_passwords_get_the_same_answer(client: Client, alice: User) -> None:
    strip = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|nobody|alice')
    answers = [
        client.post("/account/login/", {"login": f"{who}@example.com", "password": "not the password"})
        for who in ("alice", "nobody")
    ]
    assert b"The e-mail address or the password is not right." in answers[0].content
    assert strip.sub(b"", answers[0].content) == strip.sub(b"", answers[1].content)
    assert [event.outcome for event in events("person:signed-in")] == ["refused", "refused"]


def test_many_wrong_passwords_are_slowed_down(client: Client, alice: User) -> None:
    for _ in range(11):
        response = client.post("/account/login/", {"login": alice.email, "password": "not the password"})
    assert b"Too many tries" in response.content


def test_a_new_password_ends_other_sessions(alice: User) -> None:
    from tests.signing_in import sign_in

    here, elsewhere = sign_in(Client(), alice), sign_in(Client(), alice)
    response = here.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "another row of words", "password2": "another row of words"},
    )
    assert response.status_code == 302, response.context["form"].errors
    assert here.get("/account/security/").status_code == 200
    assert elsewhere.get("/account/security/").status_code == 303
    assert len(events("password:changed")) == 1


def test_replacing_the_authenticator_needs_a_fresh_code(alice: User) -> None:
    from tests.signing_in import sign_in

    client = sign_in(Client(), alice, shown_seconds_ago=3600)
    assert client.get("/account/second-factor/enrol/")["Location"].startswith("/account/second-factor/again/")
    before = TotpDevice.objects.of(alice.pk).confirmed().get().pk
    client = sign_in(Client(), alice)
    secret = client.get("/account/second-factor/enrol/").context["secret"]
    client.post("/account/second-factor/enrol/", {"code": pyotp.TOTP(secret).now()})
    assert TotpDevice.objects.of(alice.pk).confirmed().get().pk != before


def test_confirming_again_leads_back_and_only_within_the_console(alice: User) -> None:
    from tests.signing_in import sign_in

    client = sign_in(Client(), alice, shown_seconds_ago=3600)
    code = pyotp.TOTP(SECRET).now()
    response = client.post("/account/second-factor/again/", {"code": code, "next": "https://evil.example/"})
    assert response["Location"] == "/"
    assert client.post("/o/acme/settings/tokens/", {"name": ""}).status_code == 422


@pytest.mark.parametrize("path", ["/account/login/", "/account/signup/", "/account/inactive/"])
def test_pages_before_sign_in_render_without_anything_inline(client: Client, path: str) -> None:
    text = client.get(path).content.decode()
    assert "BYOC Console" in text
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|<script>", text)


@pytest.mark.parametrize("path", ["/account/logout/", "/account/security/", "/account/password/change/",
                                  "/account/second-factor/enrol/", "/account/second-factor/again/",
                                  "/account/organizations/new/"])  # fmt: skip
def test_pages_of_the_account_render_without_anything_inline(alice: User, path: str) -> None:
    from tests.signing_in import sign_in

    response = sign_in(Client(), alice).get(path)
    assert response.status_code == 200
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|<script>", response.content.decode())

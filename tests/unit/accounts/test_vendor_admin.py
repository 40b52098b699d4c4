"""The vendor's read-only site."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import Organization, User
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]


@pytest.fixture
def staff(client_of: ClientOf) -> Client:
    return client_of(make_person("Vera", is_staff=True))


def test_the_anonymous_sign_in_on_the_consoles_own_page(client: Client) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/account/login/?next=")


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/accounts/organization/"])
def test_customers_find_nothing_there(client_of: ClientOf, alice: User, path: str) -> None:
    assert client_of(alice).get(path).status_code == 404


def test_staff_see_every_organization(staff: Client, acme: Organization, mallory: User) -> None:
    text = staff.get("/admin/accounts/organization/").content.decode()
    assert "Acme Bank" in text
    assert "Evil Corp" in text


def test_every_list_and_every_page_of_a_row_opens(staff: Client, acme: Organization, carol: User) -> None:
    for model in admin.site._registry:
        assert staff.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/").status_code == 200
    assert staff.get(f"/admin/accounts/organization/{acme.pk}/change/").status_code == 200


def test_the_models_of_the_site_are_these_and_all_are_read_only(staff: Client, acme: Organization) -> None:
    names = {model._meta.label for model in admin.site._registry}
    assert names == {
        "accounts.Organization",
        "accounts.Engagement",
        "regions.Onboarding",
        "regions.Region",
        "operations.Operation",
    }
    page = f"/admin/accounts/organization/{acme.pk}/"
    assert staff.get("/admin/accounts/organization/add/").status_code == 403
    assert staff.post(f"{page}change/", {"name": "Changed", "slug": "acme"}).status_code == 403
    assert staff.post(f"{page}delete/", {"post": "yes"}).status_code == 403


def test_staff_without_an_engagement_see_no_page_of_the_organization(staff: Client, acme: Organization) -> None:
    assert staff.get("/o/acme/access/").status_code == 404

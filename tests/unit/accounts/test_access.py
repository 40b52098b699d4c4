"""Members, invitations, engagements, and what stands behind them in PostgreSQL."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import engagements, members, organizations
from accounts.actions.engagements import AlreadyEngaged, EngagementTooLong, NotStaff
from accounts.actions.members import AlreadyMember, InvitationOver, LastOwner, StaffAreEngaged
from accounts.actions.organizations import SlugTaken
from accounts.models import ApiToken, Engagement, Invitation, Membership, Organization, Role, TotpDevice, User
from console.audit.models import AuditEvent
from console.kernel.clock import now
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.kernel.scope import Scope, as_holder, as_user
from tests.conftest import join, make_organization, make_person

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]


def test_an_invited_person_joins_once(alice_scope: Scope, acme: Organization) -> None:
    nora = make_person("Nora")
    with alice_scope.entered():
        _, token = members.invite(scope=alice_scope, email="Nora@example.com", role=Role.OPERATOR)
    assert members.accept_invitation(user=nora, token=token) == acme
    with pytest.raises(InvitationOver):
        members.accept_invitation(user=nora, token=token)
    with alice_scope.entered():
        assert Membership.objects.visible_to(alice_scope).of(nora.pk).get().role == "operator"
        assert AuditEvent.objects.visible_to(alice_scope).filter(event="member:joined").count() == 1


def test_an_invitation_is_for_its_address_alone(alice_scope: Scope, mallory: User) -> None:
    with alice_scope.entered():
        _, token = members.invite(scope=alice_scope, email="nora@example.com", role=Role.OWNER)
    with pytest.raises(InvitationOver):
        members.accept_invitation(user=mallory, token=token)


def test_an_old_or_replaced_invitation_opens_nothing(alice_scope: Scope) -> None:
    nora = make_person("Nora")
    with alice_scope.entered():
        _, first = members.invite(scope=alice_scope, email=nora.email, role=Role.AUDITOR)
        _, second = members.invite(scope=alice_scope, email=nora.email, role=Role.AUDITOR)
    with pytest.raises(InvitationOver):
        members.open_invitation(user=nora, token=first)
    with alice_scope.entered():
        Invitation.objects.unanswered().update(expires_at=now())
    with pytest.raises(InvitationOver):
        members.open_invitation(user=nora, token=second)


def test_a_member_is_not_invited_again(alice_scope: Scope, bob: User) -> None:
    with alice_scope.entered(), pytest.raises(AlreadyMember):
        members.invite(scope=alice_scope, email="BOB@example.com", role=Role.OWNER)


def test_the_last_owner_stays(alice_scope: Scope, alice: User) -> None:
    with alice_scope.entered():
        own = Membership.objects.visible_to(alice_scope).of(alice.pk).get()
        with pytest.raises(LastOwner):
            members.change_role(scope=alice_scope, membership_id=own.pk, role=Role.AUDITOR)
        with pytest.raises(LastOwner):
            members.remove_member(scope=alice_scope, membership_id=own.pk)


def test_an_owner_may_go_when_another_is_there(alice_scope: Scope, alice: User, bob: User) -> None:
    with alice_scope.entered():
        rows = {row.user_id: row for row in Membership.objects.visible_to(alice_scope)}
        members.change_role(scope=alice_scope, membership_id=rows[bob.pk].pk, role=Role.OWNER)
        members.remove_member(scope=alice_scope, membership_id=rows[alice.pk].pk)
        assert Membership.objects.visible_to(alice_scope).count() == 1


def test_an_owner_resets_a_lost_second_factor(alice_scope: Scope, bob: User) -> None:
    from accounts.actions.second_factors import enrol_totp

    enrol_totp(user=bob)
    with alice_scope.entered():
        membership = Membership.objects.visible_to(alice_scope).of(bob.pk).get()
        members.reset_second_factor(scope=alice_scope, membership_id=membership.pk)
    assert not TotpDevice.objects.of(bob.pk).exists()


def test_resetting_a_second_factor_ends_the_sessions_of_that_person_alone(
    client_of: ClientOf, alice: User, alice_scope: Scope, bob: User
) -> None:
    owner, stolen = client_of(alice), client_of(bob)
    with alice_scope.entered():
        membership = Membership.objects.visible_to(alice_scope).of(bob.pk).get()
        members.reset_second_factor(scope=alice_scope, membership_id=membership.pk)
    answer = stolen.get("/account/second-factor/enrol/")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (303, "/account/login/")
    assert owner.get("/o/acme/").status_code == 200


def test_one_organization_does_not_weaken_a_person_of_two(alice_scope: Scope, bob: User) -> None:
    join(bob, make_organization("other", "Other"), Role.OWNER)
    with alice_scope.entered():
        membership = Membership.objects.visible_to(alice_scope).of(bob.pk).get()
        with pytest.raises(Refused, match="also belongs to another organization"):
            members.reset_second_factor(scope=alice_scope, membership_id=membership.pk)


def test_an_auditor_manages_nobody(
    bob: User, acme: Organization, scope_of: Callable[[User, Organization], Scope]
) -> None:
    scope = scope_of(bob, acme)
    with scope.entered(), pytest.raises(Refused):
        members.invite(scope=scope, email="x@example.com", role=Role.OWNER)


def test_an_engagement_is_for_vendor_staff_and_thirty_days_at_most(alice_scope: Scope, bob: User) -> None:
    make_person("Carla", is_staff=True)
    grant = {"scope": alice_scope, "reason": "Onboarding"}
    soon = now() + timedelta(days=5)
    with alice_scope.entered():
        with pytest.raises(NotStaff):
            engagements.grant_engagement(email=bob.email, ends_at=soon, **grant)  # type: ignore[arg-type]
        for days in (-1, 31):
            with pytest.raises(EngagementTooLong):
                engagements.grant_engagement(
                    email="carla@example.com",
                    ends_at=now() + timedelta(days=days),
                    **grant,  # type: ignore[arg-type]
                )
        engagements.grant_engagement(email="carla@example.com", ends_at=soon, **grant)  # type: ignore[arg-type]
        with pytest.raises(AlreadyEngaged):
            engagements.grant_engagement(email="carla@example.com", ends_at=soon, **grant)  # type: ignore[arg-type]


def test_names_that_collide_get_addresses_of_their_own(mallory: User) -> None:
    first = organizations.create_organization(user=mallory, name="Evil Corp")
    assert first.slug == "evil-corp"
    assert organizations.create_organization(user=mallory, name="Evil Corp").slug == "evil-corp-2"
    with pytest.raises(SlugTaken):
        organizations.create_organization(user=mallory, name="X", slug="evil-corp")


@pytest.mark.parametrize("model", [Membership, Engagement, ApiToken, Invitation, Organization])
def test_the_application_sees_no_row_without_a_scope(
    model: type[Membership], alice: User, carol: User, alice_scope: Scope
) -> None:
    assert model.objects.count() == 0


def test_a_person_sees_their_own_memberships_alone(alice: User, bob: User, mallory: User) -> None:
    with as_user(alice.pk):
        assert [row.user_id for row in Membership.objects.all()] == [alice.pk]
        assert [row.slug for row in Organization.objects.all()] == ["acme"]


def test_seeing_ones_own_rows_does_not_let_one_add_any(mallory: User, acme: Organization) -> None:
    with as_user(mallory.pk), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Membership.objects.create(org_id=acme.pk, user=mallory, role=Role.OWNER)


def test_a_scope_cannot_write_into_another_organization(
    mallory: User, mallory_scope: Scope, acme: Organization
) -> None:
    with (
        mallory_scope.entered(),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        ApiToken.objects.create(org_id=acme.pk, name="x", digest="0" * 64, hint="x", created_by="x")


def test_a_digest_shows_one_token(alice_scope: Scope) -> None:
    with alice_scope.entered():
        for name in "ab":
            ApiToken.objects.create(
                org_id=alice_scope.org_id, name=name, digest=name * 64, hint="", created_by="x"
            )
    with as_holder("a" * 64):
        assert [token.name for token in ApiToken.objects.all()] == ["a"]


def test_the_page_of_access_asks_as_often_for_many_members_as_for_few(
    client_of: ClientOf, alice: User, acme: Organization
) -> None:
    client = client_of(alice)
    client.get("/o/acme/access/")
    with CaptureQueriesContext(connection) as few:
        client.get("/o/acme/access/")
    for number in range(5):
        join(make_person(f"P{number}"), acme, Role.AUDITOR)
    with CaptureQueriesContext(connection) as many:
        client.get("/o/acme/access/")
    assert len(many) == len(few)
    assert len(few) <= 20


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_two_owners_who_remove_each_other_at_once_leave_one(
    alice: User, acme: Organization, scope_of: Callable[[User, Organization], Scope]
) -> None:
    zoe = join(make_person("Zoe"), acme, Role.OWNER)
    scopes = {person.pk: scope_of(person, acme) for person in (alice, zoe)}
    with scopes[alice.pk].entered():
        rows = {row.user_id: row.pk for row in Membership.objects.all()}
    start, refused = threading.Barrier(2), []

    def remove(who: User, whom: User) -> None:
        start.wait()
        try:
            with scopes[who.pk].entered():
                members.remove_member(scope=scopes[who.pk], membership_id=rows[whom.pk])
        except LastOwner:
            refused.append(who)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((alice, zoe), (zoe, alice))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scopes[alice.pk].entered():
        assert (len(refused), Membership.objects.count()) == (1, 1)


def test_vendor_staff_are_engaged_and_never_members(alice_scope: Scope, carol: User) -> None:
    with alice_scope.entered(), pytest.raises(StaffAreEngaged):
        members.invite(scope=alice_scope, email=carol.email, role=Role.OPERATOR)
    with alice_scope.entered():
        _, token = members.invite(scope=alice_scope, email="late@example.com", role=Role.OPERATOR)
    with pytest.raises(InvitationOver):
        members.accept_invitation(user=make_person("Late", is_staff=True), token=token)


@pytest.mark.parametrize(
    "path",
    ["access/", "access/roles/", "access/invite/", "access/engagements/new/", "settings/", "settings/tokens/"],
)
def test_pages_of_access_render(client_of: ClientOf, alice: User, carol: User, path: str) -> None:
    assert client_of(alice).get(f"/o/acme/{path}").status_code == 200


def test_inviting_on_the_page_shows_the_link_once(client_of: ClientOf, alice: User) -> None:
    client = client_of(alice)
    response = client.post("/o/acme/access/invite/", {"email": "nora@example.com", "role": "auditor"})
    path = response.context["link"].removeprefix("http://testserver")
    nora = client_of(make_person("Nora"))
    assert nora.get(path).status_code == 200
    assert nora.post(path)["Location"] == "/o/acme/"
    assert client_of(make_person("Olof")).get(path).status_code == 404


def test_an_invited_stranger_signs_up_enrols_and_lands_on_the_invitation(
    alice_scope: Scope, client: Client
) -> None:
    with alice_scope.entered():
        _, token = members.invite(scope=alice_scope, email="nora@example.com", role=Role.AUDITOR)
    link = f"/account/invitations/{token}/"
    to_sign_in = client.get(link)["Location"]
    sign_up = client.get(to_sign_in).context["signup_url"]
    new = {"name": "Nora", "email": "nora@example.com", "password1": "four words in a row", "next": link}
    assert client.post(sign_up, new)["Location"] == link
    enrol = client.get(link)["Location"]
    code = pyotp.TOTP(client.get(enrol).context["secret"]).now()
    assert client.post(enrol, {"code": code}).context["then"] == link
    assert client.post(link)["Location"] == "/o/acme/"


def test_changing_a_role_and_removing_on_the_page(
    client_of: ClientOf, alice: User, bob: User, alice_scope: Scope
) -> None:
    client = client_of(alice)
    with alice_scope.entered():
        membership = Membership.objects.visible_to(alice_scope).of(bob.pk).get()
    url = f"/o/acme/access/members/{membership.pk}/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"role": "operator"}).status_code == 303
    assert client.post(f"{url}remove/").status_code == 303
    assert client_of(bob).get("/o/acme/access/").status_code == 404
    assert client.get(f"/o/acme/access/members/{new_id()}/").status_code == 404


def test_granting_an_engagement_on_the_page(client_of: ClientOf, alice: User, acme: Organization) -> None:
    carla = make_person("Carla", is_staff=True)
    day = (now() + timedelta(days=30)).date().isoformat()
    response = client_of(alice).post(
        "/o/acme/access/engagements/new/", {"email": carla.email, "reason": "Onboarding", "ends_on": day}
    )
    assert response.status_code == 303, response.context["form"].errors
    assert client_of(carla).get("/o/acme/access/").status_code == 200


def test_the_database_refuses_an_unknown_role(alice_scope: Scope) -> None:
    from django.db import IntegrityError

    with alice_scope.entered(), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_membership SET role = 'king'")

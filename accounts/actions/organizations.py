"""Founding an organization."""

import re

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts.access.grants import GRANTS
from accounts.actions.sign_ins import actor_of
from accounts.models import Membership, Organization, Role, User
from console.audit.actions.events import record
from console.encryption.keyring import keyring
from console.kernel.errors import Conflict, Invalid
from console.kernel.ids import new_id
from console.kernel.permissions import Permission
from console.kernel.scope import Scope

LONGEST_SLUG = 40


class SlugTaken(Conflict):
    code = "slug_taken"
    title = "The address is taken"


def create_organization(*, user: User, name: str, slug: str = "", request_id: str = "") -> Organization:
    """Found an organization with its first key-encryption key; `user` becomes its owner.

    Without `slug` one is made from the name, with a number where needed. Raises SlugTaken or Invalid.
    """
    if slug:
        return _found(user, name, slug, request_id)
    base = slug_of(name)
    for number in range(1, 50):
        try:
            return _found(user, name, base if number == 1 else f"{base[: LONGEST_SLUG - 3]}-{number}", request_id)
        except SlugTaken:
            continue
    raise SlugTaken(f"Fifty organizations are called like {name}.", todo="Choose another name.", field="name")


def slug_of(name: str) -> str:
    slug = slugify(name)[:LONGEST_SLUG].strip("-")
    if not re.search(r"[a-z]", slug):
        raise Invalid("The name needs a letter from a to z.", todo="It becomes part of the address.", field="name")
    return slug


def _found(user: User, name: str, slug: str, request_id: str) -> Organization:
    organization = Organization(id=new_id(), slug=slug, name=name)
    scope = Scope(
        org_id=organization.id,
        actor=actor_of(user),
        permissions=GRANTS[Role.OWNER],
        request_id=request_id,
    )
    try:
        with transaction.atomic(), scope.entered():
            organization.save(force_insert=True)
            Membership.objects.create(org_id=organization.id, user=user, role=Role.OWNER)
            record(scope, "organization:created", organization, slug=slug)
            record(scope, "key:created", organization, version=keyring(str(organization.id)).active_version)
    except IntegrityError:
        raise SlugTaken(f"The address {slug} is taken.", todo="Choose another one.", field="slug") from None
    return organization


@transaction.atomic
def rename(*, scope: Scope, name: str) -> Organization:
    """Change the organization's name; its address stays."""
    scope.require(Permission.ORGANIZATION_MANAGE)
    organization = Organization.objects.get(pk=scope.org_id)
    before, organization.name = organization.name, name
    organization.save(update_fields=["name"])
    record(scope, "organization:renamed", organization, before=before, after=name)
    return organization

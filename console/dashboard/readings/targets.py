"""Where the page of an operation's target is."""

from django.urls import NoReverseMatch, reverse

from console.operations.models import Operation

ONE_PAGE = {"keypolicy": "keys", "auditverification": "audit-verify"}
"""Targets that an organization has one page for, and that page."""


def url_of(operation: Operation, slug: str) -> str:
    """Return the page of the region or connection that the operation works on, "" if it has none."""
    noun = operation.target_type
    if noun == "driftwatch":
        return reverse("region-drift", kwargs={"org": slug, "region_id": operation.target_id})
    if noun in ONE_PAGE:
        return reverse(ONE_PAGE[noun], kwargs={"org": slug})
    try:
        return reverse(noun, kwargs={"org": slug, f"{noun}_id": operation.target_id})
    except NoReverseMatch:
        return ""

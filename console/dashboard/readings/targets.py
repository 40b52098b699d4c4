"""Where the page of an operation's target is."""

from django.urls import NoReverseMatch, reverse

from console.operations.models import Operation


def url_of(operation: Operation, slug: str) -> str:
    """Return the page of the region or connection that the operation works on, "" if it has none."""
    noun = operation.target_type
    try:
        return reverse(noun, kwargs={"org": slug, f"{noun}_id": operation.target_id})
    except NoReverseMatch:
        return ""

"""Small pieces of the region's pages."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.operations.models import Step
from console.web.components.actions import copy
from console.web.components.identifiers import brief
from console.web.components.numbers import duration, money
from regions.models import Region, Resource
from regions.views.region_readings import cloud_url

register = template.Library()


@register.filter
def signed_money(value: Decimal | None) -> str:
    """ "+$1,036.60", "−$118.26", "–" for nothing; "unknown" where a price is."""
    if value is not None and not value:
        return "–"
    return f"+{money(value)}" if value is not None and value > 0 else money(value)


@register.simple_tag
def cloud_link(*, resource: Resource, region: Region) -> SafeString:
    """A link to the resource's page in the AWS console, where it has one."""
    url = cloud_url(resource, region.cloud_region)
    if not url:
        return SafeString("")
    return format_html(' · <a class="u" href="{}" rel="noreferrer" target="_blank">AWS console</a>', url)


@register.simple_tag
def external_id(*, resource: Resource) -> SafeString:
    """The cloud's id, an ARN by its last part; the copy button gives the whole."""
    whole = resource.external_id
    return format_html(
        '<code class="break" title="{}">{}</code>{}',
        whole,
        brief(whole),
        copy(value=whole, label=f"Copy the id of {resource.title}"),
    )


@register.simple_tag
def took(*, step: Step) -> str:
    return duration(step.took_seconds(at=step.finished_at)) if step.finished_at else "–"

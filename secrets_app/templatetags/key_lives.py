"""Drawings of the page of keys."""

from django import template
from django.utils.safestring import SafeString

from console.web.charts import lifelines

register = template.Library()


@register.simple_tag
def life_axis(*, axis: lifelines.Axis) -> SafeString:
    return lifelines.axis_head(axis)


@register.simple_tag
def life_line(*, axis: lifelines.Axis, life: lifelines.Life) -> SafeString:
    return lifelines.life(axis, life)

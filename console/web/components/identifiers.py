"""Long identifiers inside a sentence."""

import re

from console.web.components.registry import register

ARN = re.compile(r"\barn:[\w-]+:[\w-]*:[\w-]*:\d*:[^\s,;'\"]+")  # partition, service, region, account, resource


@register.filter
def brief(sentence: str) -> str:
    """The sentence with every ARN by its last part; the whole belongs beside it, on hover or to copy."""
    return ARN.sub(lambda found: re.split("[/:]", found[0])[-1] or found[0], sentence)

"""Who asks for the region, and whom to reach."""

import re

from regions.questionnaire.questions import Kind, Question, Section

NAME = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
TAG_VALUE = re.compile(r"[\w .:/=+@-]{1,128}")


def region_name(text: str) -> str:
    if NAME.fullmatch(text) and "--" not in text:
        return ""
    return (
        f"“{text[:60]}” cannot name a region: use 3 to 40 small letters, digits and single hyphens, "
        "beginning with a letter, as in production-frankfurt."
    )


def tag_value(text: str) -> str:
    if TAG_VALUE.fullmatch(text):
        return ""
    return "AWS takes at most 128 letters, digits, spaces and . : / = + - @ in a tag."


ORGANIZATION = Section(
    "organization",
    "Organization and contacts",
    "What the region is called and whom we reach about it.",
    (
        Question(
            "region_name",
            "Name of the region",
            Kind.TEXT,
            hint="Small letters, digits and hyphens. It is shown everywhere and tags each resource.",
            placeholder="production-frankfurt",
            check=region_name,
            immutable=True,
        ),
        Question(
            "legal_name",
            "Name of the company",
            Kind.TEXT,
            hint="As on the contract.",
            required=False,
            recorded_only=True,
        ),
        Question(
            "technical_contact",
            "Technical contact",
            Kind.EMAIL,
            hint="Asked when provisioning is blocked by something in your cloud account.",
            required=False,
            recorded_only=True,
        ),
        Question(
            "security_contact",
            "Security contact",
            Kind.EMAIL,
            hint="Told of elevations and of incidents.",
            required=False,
            recorded_only=True,
        ),
        Question(
            "cost_center",
            "Cost centre",
            Kind.TEXT,
            hint="Becomes the tag cost-center on every resource, for your own cost reports.",
            required=False,
            check=tag_value,
        ),
    ),
)

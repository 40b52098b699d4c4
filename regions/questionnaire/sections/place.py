"""Where the region will be: cloud, cloud account, cloud region."""

import re

from regions.questionnaire.answers import Answers
from regions.questionnaire.places import AWS_PLACES
from regions.questionnaire.questions import Choice, Kind, Question, Section

NOT_YET = (
    "Answers can be recorded and discussed, but a plan for {cloud} cannot be compiled: neither its blueprint "
    "nor its connection is available yet. Choose AWS, or ask your solution architect for a date."
)
YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))


def on_aws(answers: Answers) -> bool:
    return answers.text("cloud") == "aws"


def account_id(text: str) -> str:
    if re.fullmatch(r"\d{12}", text):
        return ""
    if re.fullmatch(r"\d+", text):
        found = f"An AWS account id has 12 digits; this has {len(text)}."
        return f"{found} It stands at the top right of the AWS console."
    return "An AWS account id is 12 digits without spaces or hyphens, as at the top right of the AWS console."


CLOUD = Section(
    "cloud",
    "Cloud and account",
    "The cloud account of yours that the region will live in.",
    (
        Question(
            "cloud",
            "Cloud",
            Kind.CHOICE,
            default="aws",
            choices=(
                Choice("aws", "AWS", "EKS, RDS for PostgreSQL, S3."),
                Choice("gcp", "Google Cloud", "Not yet available.", NOT_YET.format(cloud="Google Cloud")),
                Choice("azure", "Azure", "Not yet available.", NOT_YET.format(cloud="Azure")),
            ),
            immutable=True,
        ),
        Question(
            "account_id",
            "AWS account id",
            Kind.TEXT,
            hint="12 digits. The account should hold nothing else: permissions stay narrow, costs plain.",
            placeholder="111122223333",
            asked_if=on_aws,
            check=account_id,
            immutable=True,
        ),
        Question(
            "account_dedicated",
            "Is the account dedicated to Akka regions?",
            Kind.CHOICE,
            hint="Verification looks for resources that are not ours and lists them either way.",
            default="yes",
            choices=YES_NO,
            recorded_only=True,
        ),
    ),
)

PLACE = Section(
    "region",
    "Region and environment",
    "Where the region runs and how much it must survive.",
    (
        Question(
            "cloud_region",
            "AWS region",
            Kind.CHOICE,
            hint="Only regions with three availability zones are offered.",
            default="us-east-1",
            choices=tuple(Choice(place.name, f"{place.name}, {place.city}") for place in AWS_PLACES),
            asked_if=on_aws,
            immutable=True,
        ),
        Question(
            "environment",
            "Environment",
            Kind.CHOICE,
            default="production",
            choices=(
                Choice("production", "Production", "A standby database in a second zone."),
                Choice("staging", "Staging", "Three zones, one database without a standby."),
                Choice("development", "Development", "Three zones, one database without a standby."),
            ),
            immutable=True,
        ),
    ),
)

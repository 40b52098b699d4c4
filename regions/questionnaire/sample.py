"""The sample plan: AWS, production, three zones, the questionnaire's defaults."""

from regions.questionnaire.answers import Answers
from regions.questionnaire.catalog import answers_from
from regions.questionnaire.compiler import compile_plan
from regions.questionnaire.plan import PlanIdentity, RegionPlan

ACCOUNT_ID = "111122223333"
SAMPLE_IDENTITY = PlanIdentity(
    region_id="01938f3e-7c00-7000-8000-0123456789ab",
    organization="norrland-bank",
    connection_id="01938f3e-7c00-7000-8000-00000000c0de",
    deployment_role_arn=f"arn:aws:iam::{ACCOUNT_ID}:role/byoc/byoc-deployment",
    boundary_arn=f"arn:aws:iam::{ACCOUNT_ID}:policy/byoc/byoc-boundary",
    operations_principal_arn="arn:aws:iam::111111111111:user/byoc-control-plane",
    control_plane_cidrs=("198.51.100.0/24",),
)


def sample_answers() -> Answers:
    """The defaults, and the two answers that have none."""
    return answers_from({"region_name": "production-virginia", "account_id": ACCOUNT_ID})


def sample_plan() -> RegionPlan:
    return compile_plan(sample_answers(), identity=SAMPLE_IDENTITY)

"""What is usually changed about a region that runs: questions of other sections, once more, on one page."""

from regions.questionnaire.catalog import QUESTIONS
from regions.questionnaire.questions import Section

KEYS = (
    "nodes_min",
    "nodes_max",
    "instance_type",
    "operations_peak",
    "storage_gib",
    "backup_days",
    "log_retention_days",
    "api_ranges",
    "monthly_budget",
)

CHANGING = Section(
    "changing",
    "Change the plan",
    "What is usually changed about a region that runs. Saving makes a new version of its plan and shows what it "
    "would do; nothing in the cloud changes before both sides have signed it and a person has approved it.",
    tuple(QUESTIONS[key] for key in KEYS),
)

"""What the region has to carry."""

import re

from regions.questionnaire.questions import Choice, Kind, Question, Section
from regions.questionnaire.tiers import LARGEST_TIER

TOO_MUCH = (
    "{number} data operations per second are more than the largest size carries, "
    f"{LARGEST_TIER.operations_per_second:,} on {LARGEST_TIER.instance_class}. Your solution architect sizes "
    "such a region with you: several regions or several databases share the load. "
    "If a digit slipped in, correct it here."
)

NODE_GROUP = re.compile(
    r"(?P<name>[a-z][a-z0-9]{1,19}) (?P<types>[a-z0-9-]+\.[a-z0-9]+(,[a-z0-9-]+\.[a-z0-9]+)*) "
    r"(?P<low>\d{1,3}) (?P<high>\d{1,3})(?P<spot> spot)?"
)
FIRST_GROUPS = frozenset({"apps", "nodes"})
MOST_NODES = 100


def node_group(line: str) -> str:
    found = NODE_GROUP.fullmatch(line)
    if found is None:
        usual = "write name, types, at least and at most, as in memory r6i.2xlarge 0 6."
        return f"“{line[:60]}” is not a node group: {usual}"
    if found["name"] in FIRST_GROUPS:
        return f"“{found['name']}” is what the first node group is called; take another name."
    low, high = int(found["low"]), int(found["high"])
    if not low <= high <= MOST_NODES or high == 0:
        return f"{low} to {high} nodes is no span: at most is from 1 to {MOST_NODES}, and not below at least."
    return ""


DATA = Section(
    "data",
    "Data operations",
    "How much is read and written. The database is sized by the peak.",
    (
        Question(
            "operations",
            "Data operations, sustained",
            Kind.INTEGER,
            hint="The mean over a busy hour. Traffic between zones is estimated from it.",
            default="5000",
            unit="a second",
            low=1,
            high=LARGEST_TIER.operations_per_second,
            too_high=TOO_MUCH,
        ),
        Question(
            "operations_peak",
            "Data operations, peak",
            Kind.INTEGER,
            hint="The most you expect in the first year. Sizes: 1,000, 3,000, 6,000, 10,000, 24,000.",
            default="10000",
            unit="a second",
            low=1,
            high=LARGEST_TIER.operations_per_second,
            too_high=TOO_MUCH,
        ),
        Question(
            "storage_gib",
            "Database storage to begin with",
            Kind.INTEGER,
            hint="It grows by itself to two and a half times this.",
            default="800",
            unit="GiB",
            low=100,
            high=16_384,
        ),
    ),
)

COMPUTE = Section(
    "compute",
    "Compute",
    "The nodes of the Kubernetes cluster, spread over three zones.",
    (
        Question(
            "instance_type",
            "Node size",
            Kind.CHOICE,
            default="m5.2xlarge",
            choices=(
                Choice("m5.2xlarge", "m5.2xlarge", "8 vCPU, 32 GB."),
                Choice("m5.4xlarge", "m5.4xlarge", "16 vCPU, 64 GB."),
            ),
        ),
        Question(
            "nodes_min",
            "Nodes at least",
            Kind.INTEGER,
            hint="One in each zone or more; these are always paid.",
            default="6",
            unit="nodes",
            low=3,
            high=100,
        ),
        Question(
            "nodes_max",
            "Nodes at most",
            Kind.INTEGER,
            hint="The cluster grows to this by itself. We tell you before we raise it.",
            default="12",
            unit="nodes",
            low=3,
            high=100,
        ),
        Question(
            "node_groups",
            "Further node groups",
            Kind.LINES,
            hint="One a line: name, instance types with commas, at least, at most, and spot where capacity may "
            "be taken back. Apps choose them by the label byoc.akka.io/pool.",
            placeholder="memory r6i.2xlarge,r6i.4xlarge 0 6",
            required=False,
            check=node_group,
        ),
        Question(
            "runtime_identity",
            "Identity of the runtime",
            Kind.CHOICE,
            hint="Whose permissions it has on the region's own bucket and secret.",
            default="nodes",
            choices=(
                Choice("nodes", "The nodes' role"),
                Choice("pods", "A role of its own", "EKS pod identity: other pods of a node have no part in it."),
            ),
        ),
    ),
)

APPS = Section(
    "apps",
    "Apps expected",
    "What will be deployed in the first year, to see whether the nodes hold it.",
    (
        Question("apps", "Apps", Kind.INTEGER, default="10", unit="apps", low=1, high=1_000),
        Question(
            "instances_per_app",
            "Instances of each app",
            Kind.INTEGER,
            hint="Three, one in each zone, unless you say otherwise. An instance takes 2,560 MB.",
            default="3",
            unit="instances",
            low=1,
            high=100,
        ),
    ),
)

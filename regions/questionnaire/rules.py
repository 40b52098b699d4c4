"""What is wrong with a set of answers, each with a sentence; conditions between answers included."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import islice

from regions.questionnaire.answers import Answers
from regions.questionnaire.network import (
    BRIDGE,
    LARGEST_PREFIX,
    SMALLEST_PREFIX,
    free_ranges,
    is_private,
    layout,
    overlapping,
)
from regions.questionnaire.reading import NamedRange
from regions.questionnaire.sections.network import in_new_vpc, in_own_vpc
from regions.questionnaire.tiers import APP_INSTANCE_MB, NODE_TYPES

ZONE_COUNT = 3
SUBNET_ID = re.compile(r"subnet-[0-9a-f]{8}([0-9a-f]{9})?")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an answer keeps the plan from being compiled."""

    key: str
    sentence: str
    proposal: str = ""
    """A value that would be right, offered as a button."""


Taken = tuple[NamedRange, ...]
"""Ranges of the organization's other regions."""
Rule = Callable[[Answers, Taken], Iterator[Problem]]


def problems(answers: Answers, *, taken: Taken = ()) -> tuple[Problem, ...]:
    """Everything that is wrong, in the order of the questions; never raises."""
    found = [problem for key in answers.questions for problem in _unreadable(answers, key)]
    unreadable = {problem.key for problem in found}
    for rule in RULES:
        found.extend(problem for problem in rule(answers, taken) if problem.key not in unreadable)
    order = list(answers.questions)
    return tuple(sorted(found, key=lambda problem: order.index(problem.key)))


def _unreadable(answers: Answers, key: str) -> Iterator[Problem]:
    if answers.asked(key):
        reading = answers.reading(key)
        for sentence in reading.errors:
            yield Problem(key, sentence, reading.proposal)


def cloud_is_available(answers: Answers, _taken: Taken) -> Iterator[Problem]:
    choice = answers.questions["cloud"].choice(answers.text("cloud"))
    if choice and choice.notice:
        yield Problem("cloud", choice.notice, "aws")


def vpc_is_private(answers: Answers, _taken: Taken) -> Iterator[Problem]:
    vpc = IPv4Network(answers.text("vpc_cidr"))
    if not is_private(vpc):
        yield Problem(
            "vpc_cidr",
            f"{vpc} is public address space. A VPC takes a private range: inside 10.0.0.0/8, 172.16.0.0/12, "
            "192.168.0.0/16 or 100.64.0.0/10.",
            _proposal(answers, _taken),
        )
    elif vpc.overlaps(BRIDGE):
        sentence = f"{vpc} holds 172.17.0.0/16, which containers use on every node."
        yield Problem("vpc_cidr", sentence, _proposal(answers, _taken))


def vpc_has_a_size(answers: Answers, _taken: Taken) -> Iterator[Problem]:
    vpc = IPv4Network(answers.text("vpc_cidr"))
    if not LARGEST_PREFIX <= vpc.prefixlen <= SMALLEST_PREFIX:
        what = "larger than AWS allows" if vpc.prefixlen < LARGEST_PREFIX else "too small for nine subnets"
        span = f"/{LARGEST_PREFIX} to /{SMALLEST_PREFIX}"
        yield Problem("vpc_cidr", f"A /{vpc.prefixlen} is {what}: take {span}.")


def vpc_is_free(answers: Answers, taken: Taken) -> Iterator[Problem]:
    """A VPC of the customer's is among the ranges in use."""
    if in_own_vpc(answers):
        return
    vpc = IPv4Network(answers.text("vpc_cidr"))
    corporate = answers.ranges("corporate_ranges")
    hit = overlapping(vpc, corporate)
    if hit is None and (region := overlapping(vpc, taken)):
        yield _conflict(answers, taken, f"{vpc} overlaps {region.cidr}, {region.name}.")
    elif hit:
        yield _conflict(answers, taken, f"{vpc} overlaps {hit.cidr}, {hit.name} in your corporate ranges.")


def _conflict(answers: Answers, taken: Taken, sentence: str) -> Problem:
    free = _proposal(answers, taken)
    return Problem("vpc_cidr", f"{sentence} {free} is free." if free else sentence, free)


def _proposal(answers: Answers, taken: Taken) -> str:
    return next(iter(proposals(answers, taken, 1)), "")


def proposals(answers: Answers, taken: Taken, count: int = 5) -> tuple[str, ...]:
    """Free ranges of the size that was asked for."""
    vpc = IPv4Network(answers.text("vpc_cidr"))
    prefix = min(max(vpc.prefixlen, LARGEST_PREFIX), SMALLEST_PREFIX)
    used = (*answers.ranges("corporate_ranges"), *taken)
    after = str(vpc.network_address) if is_private(vpc) else "10.0.0.0"
    return tuple(islice(free_ranges(prefix, used, after=after), count))


def subnets_fit(answers: Answers, _taken: Taken) -> Iterator[Problem]:
    vpc, prefix = answers.text("vpc_cidr"), int(answers.text("private_prefix"))
    names = tuple("abc")
    length = IPv4Network(vpc).prefixlen
    if in_new_vpc(answers) and LARGEST_PREFIX <= length <= SMALLEST_PREFIX and layout(vpc, prefix, names) is None:
        fitting = next((size for size in range(prefix, 24) if layout(vpc, size, names)), 23)
        yield Problem(
            "private_prefix",
            f"Three private subnets of /{prefix} do not fit {vpc} beside the others. /{fitting} fits.",
            str(fitting),
        )


def own_subnets_are_three_in_the_vpc(answers: Answers, _taken: Taken) -> Iterator[Problem]:
    vpc = IPv4Network(answers.text("vpc_cidr"))
    for key in ("private_subnets", "database_subnets", "public_subnets"):
        if not answers.asked(key):
            continue
        found = answers.ranges(key)
        if len(found) != ZONE_COUNT:
            yield Problem(key, f"{len(found)} subnets are named; a region needs three, one in each zone.")
        for item in found:
            if not SUBNET_ID.fullmatch(item.name):
                yield Problem(key, f"{item.cidr}: “{item.name[:40]}” is not the id of a subnet.")
            elif not item.network.subnet_of(vpc):
                yield Problem(key, f"{item.cidr}, {item.name}, is not inside {vpc}, the CIDR of the VPC.")


def node_groups_have_names_of_their_own(answers: Answers, _taken: Taken) -> Iterator[Problem]:
    names = [line.partition(" ")[0] for line in answers.chosen("node_groups")]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem("node_groups", f"Two node groups are called {name}.")


def subnets_hold_the_nodes(answers: Answers, _taken: Taken) -> Iterator[Problem]:
    if in_own_vpc(answers):
        return
    prefix, nodes = int(answers.text("private_prefix")), answers.number("nodes_max")
    node = NODE_TYPES[answers.text("instance_type")]
    wanted = -(-nodes // ZONE_COUNT) * node.addresses
    usable = (1 << (32 - prefix)) - 5
    if wanted > usable:
        larger = next((size for size in range(prefix, 19, -1) if (1 << (32 - size)) - 5 >= wanted), 0)
        cure = f"Take /{larger}." if larger else "Lower the number of nodes."
        yield Problem(
            "private_prefix",
            f"{nodes} nodes of {node.name} take up to {wanted:,} addresses in a zone; "
            f"a /{prefix} has {usable:,}. {cure}",
            str(larger or ""),
        )


def api_ranges_are_public(answers: Answers, _taken: Taken) -> Iterator[Problem]:
    for item in answers.ranges("api_ranges"):
        if is_private(item.network):
            yield Problem(
                "api_ranges",
                f"{item.cidr} is not reachable from the internet. EKS takes public ranges here; "
                "systems inside the VPC reach the API without an entry.",
            )


def peak_is_the_peak(answers: Answers, _taken: Taken) -> Iterator[Problem]:
    mean, peak = answers.number("operations"), answers.number("operations_peak")
    if mean > peak:
        yield Problem(
            "operations_peak",
            f"The peak, {peak:,} a second, is below the sustained {mean:,}. Give the higher number here.",
            str(mean),
        )


def nodes_are_a_span(answers: Answers, _taken: Taken) -> Iterator[Problem]:
    low, high = answers.number("nodes_min"), answers.number("nodes_max")
    if low > high:
        sentence = f"At most {high} nodes is below at least {low}. Give {low} or more."
        yield Problem("nodes_max", sentence, str(low))


def nodes_hold_the_apps(answers: Answers, _taken: Taken) -> Iterator[Problem]:
    node = NODE_TYPES[answers.text("instance_type")]
    apps, each = answers.number("apps"), answers.number("instances_per_app")
    per_node, nodes = node.usable_mb // APP_INSTANCE_MB, answers.number("nodes_max")
    needed = -(-apps * each // per_node)
    if needed > nodes:
        yield Problem(
            "apps",
            f"{apps:,} apps with {each:,} instances of {APP_INSTANCE_MB:,} MB need {needed:,} nodes "
            f"of {node.name}, and at most {nodes} are allowed. Raise the nodes or expect fewer apps.",
        )


def key_is_in_the_region(answers: Answers, _taken: Taken) -> Iterator[Problem]:
    arn, region = answers.text("kms_key_arn"), answers.text("cloud_region")
    if arn and arn.split(":")[3] != region:
        yield Problem(
            "kms_key_arn",
            f"The key is in {arn.split(':')[3]}, the region in {region}. "
            "KMS keys do not leave their AWS region: name one of that region, or a replica there.",
        )


RULES: tuple[Rule, ...] = (
    cloud_is_available,
    vpc_has_a_size,
    vpc_is_private,
    vpc_is_free,
    subnets_fit,
    own_subnets_are_three_in_the_vpc,
    node_groups_have_names_of_their_own,
    subnets_hold_the_nodes,
    api_ranges_are_public,
    peak_is_the_peak,
    nodes_are_a_span,
    nodes_hold_the_apps,
    key_is_in_the_region,
)

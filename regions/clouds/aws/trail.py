"""CloudTrail: which calls changed something in an account, and who made them."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from regions.clouds.aws.batched import GLOBAL_REGION, Batched
from regions.clouds.surveys import Trace, Trail

MOST_PAGES = 10
"""Of 50 events each. CloudTrail answers two such calls a second (AWS: "CloudTrail quotas")."""
WRITES = [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}]


def read(batched: Batched, *, since: datetime, until: datetime) -> Trail:
    """Of the AWS region and of the one where IAM and Route 53 are told; newest first."""
    homes = dict.fromkeys(["", "" if batched.account.region == GLOBAL_REGION else GLOBAL_REGION])
    found: dict[str, Trace] = {}
    complete = True
    for home in homes:
        events = list(_events(batched, home, since, until))
        complete = complete and len(events) < MOST_PAGES * 50
        found |= {event["EventId"]: _trace(event) for event in events}
    ordered = sorted(found.values(), key=lambda trace: trace.at, reverse=True)
    return Trail(tuple(ordered), complete)


def _events(batched: Batched, home: str, since: datetime, until: datetime) -> Iterator[Mapping[str, Any]]:
    request = {"LookupAttributes": WRITES, "StartTime": since, "EndTime": until, "MaxResults": 50}
    return batched.pages("cloudtrail", "lookup_events", request, "Events", home=home, most=MOST_PAGES)


def _trace(event: Mapping[str, Any]) -> Trace:
    detail = json.loads(event.get("CloudTrailEvent") or "{}")
    identity = detail.get("userIdentity") or {}
    session = identity.get("sessionContext") or {}
    source = str(event.get("EventSource", "")).partition(".")[0]
    return Trace(
        event_id=str(event["EventId"]),
        at=event["EventTime"],
        call=f"{source}:{event['EventName']}",
        who=str(identity.get("arn", "")),
        person=str(session.get("sourceIdentity") or event.get("Username") or ""),
        source_ip=str(detail.get("sourceIPAddress", "")),
        names=frozenset(_names(event, detail)),
        failed=bool(detail.get("errorCode")),
    )


def _names(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Iterator[str]:
    for one in event.get("Resources") or ():
        yield str(one.get("ResourceName", ""))
    for part in ("requestParameters", "responseElements"):
        yield from _texts(detail.get(part))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, str) and len(node) <= 512:
        yield node

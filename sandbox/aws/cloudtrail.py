"""LookupEvents: who did what, from the calls the front door recorded."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call
from sandbox.aws.state import Record, state
from sandbox.aws.targets.others import prefix

READS = ("Describe", "Get", "List", "Lookup", "Head", "Simulate", "Select")
PAGE = 50


@answers("cloudtrail", "LookupEvents")
def lookup_events(call: Call) -> Mapping[str, Any]:
    """Newest first, of the account and the region of the caller."""
    first, last = _moment(call.params.get("StartTime"), 0.0), _moment(call.params.get("EndTime"), call.at)
    wanted = [(item["AttributeKey"], item["AttributeValue"]) for item in call.params.get("LookupAttributes") or []]
    found = [
        record
        for record in reversed(state().calls)
        if record.account == call.account
        and record.region in (call.region, "us-east-1" if record.service in ("iam", "sts") else call.region)
        and first <= record.at <= last
        and all(_attribute(record, name, value) for name, value in wanted)
    ]
    start, size = int(call.params.get("NextToken") or 0), min(int(call.params.get("MaxResults") or PAGE), PAGE)
    answer: dict[str, Any] = {"Events": [_event(record) for record in found[start : start + size]]}
    if start + size < len(found):
        answer["NextToken"] = str(start + size)
    return answer


def _moment(value: Any, default: float) -> float:
    if value is None:
        return default
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    return float(value)


def _attribute(record: Record, name: str, value: str) -> bool:
    found = {
        "EventId": record.request_id,
        "EventName": record.operation,
        "ReadOnly": str(read_only(record)).lower(),
        "Username": username(record),
        "EventSource": f"{prefix(record.service)}.amazonaws.com",
        "AccessKeyId": record.access_key,
    }
    if name == "ResourceName":
        return any(value in (item, item.rpartition("/")[2]) for item in record.resources)
    return found.get(name) == value


def read_only(record: Record) -> bool:
    return record.operation.startswith(READS)


def username(record: Record) -> str:
    return record.session_name or record.principal.rpartition("/")[2]


def _event(record: Record) -> dict[str, Any]:
    return {
        "EventId": record.request_id,
        "EventName": record.operation,
        "ReadOnly": str(read_only(record)).lower(),
        "AccessKeyId": record.access_key,
        "EventTime": datetime.fromtimestamp(record.at, UTC),
        "EventSource": f"{prefix(record.service)}.amazonaws.com",
        "Username": username(record),
        "Resources": [{"ResourceType": _type(item), "ResourceName": item} for item in record.resources],
        "CloudTrailEvent": json.dumps(_detail(record), default=str),
    }


def _type(arn: str) -> str:
    parts = arn.split(":", 5)
    return f"AWS::{parts[2].upper()}::{parts[5].partition('/')[0]}" if len(parts) == 6 else ""


def _detail(record: Record) -> dict[str, Any]:
    identity: dict[str, Any] = {
        "type": "AssumedRole" if record.session_name else "IAMUser",
        "arn": record.principal,
        "accountId": record.principal.split(":")[4] if record.principal else "",
        "accessKeyId": record.access_key,
    }
    if record.session_name:
        identity["sessionContext"] = {"sourceIdentity": record.source_identity}
    detail = {
        "eventVersion": "1.09",
        "userIdentity": identity,
        "eventTime": datetime.fromtimestamp(record.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{prefix(record.service)}.amazonaws.com",
        "eventName": record.operation,
        "awsRegion": record.region,
        "sourceIPAddress": record.source_ip,
        "userAgent": record.agent,
        "requestParameters": record.params,
        "requestID": record.request_id,
        "eventID": record.request_id,
        "readOnly": read_only(record),
        "recipientAccountId": record.account,
    }
    if record.error:
        detail["errorCode"] = record.error
    return detail

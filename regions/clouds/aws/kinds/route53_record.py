"""One set of DNS records; found by its name and type.

Two annotations name what only the cloud knows: `byoc.akka.io/alias-of` a load balancer, whose address the record
stands for, and `byoc.akka.io/proof-of` a certificate, which is issued once the record is answered.
"""

from collections.abc import Mapping
from typing import Any

from regions.clouds.aws.named import on
from regions.clouds.aws.requests import search
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import Call, Change, Field, Kind, Raw
from regions.clouds.errors import Category, CloudError

ALIAS_OF, PROOF_OF = "byoc.akka.io/alias-of", "byoc.akka.io/proof-of"
_ZONES = ("arn:aws:route53:::hostedzone/*",)
_PROOF = "DomainValidationOptions[0].ResourceRecord"
Records = dict[str, Any]


def _other(subject: Subject, annotation: str) -> Raw:
    """The resource that the annotation names, as the cloud describes it."""
    name = subject.manifest.annotations.get(annotation, "")
    return (subject.account.subject(name).locate() or {}) if name else {}


def _not_there_yet(subject: Subject, what: str) -> CloudError:
    return CloudError(
        code="ReferenceNotFound",
        status=404,
        message=f"{subject.manifest.name} waits for {what}.",
        operation=f"resolve:{subject.manifest.name}",
        request_id="",
        category=Category.NOT_FOUND,
    )


def _wanted(subject: Subject) -> Records:
    """The record set as Route 53 takes it."""
    if PROOF_OF in subject.manifest.annotations:
        return _proof(subject)
    plain = {"Name": subject.wanted("name"), "Type": subject.wanted("type")}
    if ALIAS_OF in subject.manifest.annotations:
        return {**plain, "AliasTarget": _alias(subject)}
    values = [{"Value": value} for value in subject.wanted("records")]
    return {**plain, "TTL": subject.wanted("ttl"), "ResourceRecords": values}


def _alias(subject: Subject) -> dict[str, Any]:
    balancer = _other(subject, ALIAS_OF)
    if not balancer:
        raise _not_there_yet(subject, "the load balancer's address")
    return {
        "DNSName": balancer["DNSName"],
        "HostedZoneId": balancer["CanonicalHostedZoneId"],
        "EvaluateTargetHealth": subject.wanted("alias.evaluateTargetHealth"),
    }


def _proof(subject: Subject) -> Records:
    record = search(_PROOF, _other(subject, PROOF_OF))
    if not record:
        raise _not_there_yet(subject, "the certificate's proof")
    values = [{"Value": record["Value"]}]
    return {
        "Name": record["Name"],
        "Type": record["Type"],
        "TTL": subject.wanted("ttl"),
        "ResourceRecords": values,
    }


def _spelled(name: str) -> str:
    """Route 53 writes a star as its octal code, and every name with its last dot."""
    return name.replace("\\052", "*").rstrip(".").lower()


def _find(subject: Subject) -> Raw | None:
    try:
        wanted, zone = _wanted(subject), subject.wanted("zoneId")
    except CloudError as error:
        if error.code == "ReferenceNotFound":
            return None
        raise
    request = {"HostedZoneId": zone, "StartRecordName": wanted["Name"], "StartRecordType": wanted["Type"]}
    listed = subject.ask("list_resource_record_sets", {**request, "MaxItems": "5"})["ResourceRecordSets"]
    name = _spelled(wanted["Name"])
    found = [one for one in listed if _spelled(one["Name"]) == name and one["Type"] == wanted["Type"]]
    return {**found[0], "RecordId": f"{zone}_{name}_{wanted['Type']}"} if found else None


def _target(records: Mapping[str, Any]) -> Any:
    """What the name stands for, in one shape."""
    if alias := records.get("AliasTarget"):
        return {"alias": _spelled(alias["DNSName"]), "checked": bool(alias["EvaluateTargetHealth"])}
    return sorted(one["Value"].rstrip(".") for one in records.get("ResourceRecords", []))


def _located(subject: Subject) -> Raw | None:
    found = _find(subject)
    return found and {**found, "Target": _target(found)}


def _change(subject: Subject, action: str, records: Mapping[str, Any]) -> None:
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": dict(records)}]}
    request = {"HostedZoneId": subject.wanted("zoneId"), "ChangeBatch": batch}
    subject.ask("change_resource_record_sets", request)


def _request(subject: Subject) -> Mapping[str, Any]:
    batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": _wanted(subject)}]}
    return {"HostedZoneId": subject.wanted("zoneId"), "ChangeBatch": batch}


def _remove(subject: Subject) -> None:
    """Route 53 deletes what is named whole, as it stands."""
    ours = ("RecordId", "Target")
    _change(subject, "DELETE", {key: value for key, value in subject.seen.items() if key not in ours})


KIND = Kind(
    name="Record",
    service="route53",
    lookup=None,
    find=_located,
    id="RecordId",
    create=Call("change_resource_record_sets"),
    extra_request=_request,
    fields=(
        Field("ttl", "TTL", change="record"),
        Field("records", "Target", change="record", computed=lambda one: _target(_wanted(one))),
    ),
    changes={"record": Change(by=lambda one: _change(one, "UPSERT", _wanted(one)))},
    before_delete=_remove,
    delete=(),
    facts=("Name", "Type", "Target"),
    actions=on(("route53:ListResourceRecordSets", "route53:ChangeResourceRecordSets"), _ZONES),
)

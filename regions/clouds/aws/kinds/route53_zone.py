"""Route 53 zone; found by its caller reference, for creation can carry no tags."""

from typing import Any

from regions.clouds.aws.guards import reads
from regions.clouds.aws.named import on
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import ID, TAGS, Call, Change, Field, Form, Kind, Raw, Tagging, Wanted, pairs

_ZONES = ("arn:aws:route53:::hostedzone/*",)
_ZONE_TAGS = {"ResourceType": "hostedzone", "ResourceId": ID}


def _reference(subject: Subject) -> str:
    return f"{subject.manifest.region_id}/{subject.manifest.name}"


def _find(subject: Subject) -> Raw | None:
    """Several zones may have one name, and one region may have had several zones."""
    name = f"{subject.wanted('name').rstrip('.')}."
    listed = subject.ask("list_hosted_zones_by_name", {"DNSName": name, "MaxItems": "100"})["HostedZones"]
    ours = [
        {**zone, "ZoneId": zone["Id"].rpartition("/")[2]}
        for zone in listed
        if zone["Name"] == name and zone["CallerReference"].startswith(_reference(subject))
    ]
    found = subject.pick(ours)
    if found is None:
        return None
    request = {"ResourceType": "hostedzone", "ResourceId": found["ZoneId"]}
    tags = subject.ask("list_tags_for_resource", request)["ResourceTagSet"]["Tags"]
    zone = subject.ask("get_hosted_zone", {"Id": found["ZoneId"]})
    return {**found, "Tags": tags, "NameServers": zone.get("DelegationSet", {}).get("NameServers", [])}


def _unique(subject: Subject) -> dict[str, Any]:
    """A caller reference can be used once: the step's token makes it new after a deletion."""
    return {"CallerReference": f"{_reference(subject)}/{subject.token}"[:128]}


def _empty(subject: Subject) -> None:
    """Records that others added (an operator in the cluster) go with the zone; its own two cannot."""
    if not subject.wanted("forceDestroy"):
        return
    page = subject.ask("list_resource_record_sets", {"HostedZoneId": subject.id, "MaxItems": "300"})
    apex = subject.seen["Name"]
    records = [
        one for one in page["ResourceRecordSets"] if not (one["Name"] == apex and one["Type"] in {"NS", "SOA"})
    ]
    if records:
        changes = [{"Action": "DELETE", "ResourceRecordSet": one} for one in records]
        subject.ask(
            "change_resource_record_sets", {"HostedZoneId": subject.id, "ChangeBatch": {"Changes": changes}}
        )


KIND = Kind(
    name="Zone",
    service="route53",
    lookup=None,
    find=_find,
    id="ZoneId",
    create=Call("create_hosted_zone", {"Name": Wanted("name")}),
    created_id="HostedZone.Id",
    extra_request=_unique,
    fields=(
        Field(
            "name",
            "Name",
            form=Form(normal=lambda name: name.rstrip(".")),
        ),
        Field("comment", "Config.Comment", sent="HostedZoneConfig.Comment", change="comment", changed="Comment"),
    ),
    changes={"comment": Change("update_hosted_zone_comment", {"Id": ID})},
    adopts=lambda _subject: True,  # its caller reference is ours
    before_delete=_empty,
    delete=(Call("delete_hosted_zone", {"Id": ID}),),
    tagging=Tagging(
        seen="Tags",
        shape=pairs(),
        change=Call("change_tags_for_resource", {**_ZONE_TAGS, "AddTags": TAGS}),
        after_create=True,
    ),
    facts=("Name", "NameServers", "ResourceRecordSetCount"),
    actions=(
        *reads("route53:ListHostedZonesByName", "route53:CreateHostedZone"),
        *on(
            (
                "route53:GetHostedZone",
                "route53:ListTagsForResource",
                "route53:ChangeTagsForResource",
                "route53:UpdateHostedZoneComment",
                "route53:ListResourceRecordSets",
                "route53:ChangeResourceRecordSets",
                "route53:DeleteHostedZone",
            ),
            _ZONES,
        ),
    ),
)

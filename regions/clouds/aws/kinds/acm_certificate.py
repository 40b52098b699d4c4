"""Certificate that AWS issues and renews, proved by a record in the region's zone.

It is there, and its proof is known, before it is issued: who presents it waits for that (`LBListener`).
"""

from typing import Any

from regions.clouds.aws.guards import Action, Guard, reads
from regions.clouds.aws.named import on, regional
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import ARN, TAGS, UNORDERED, Call, Field, Form, Kind, Raw, States, Tagging, pairs

_CERTIFICATES = regional("acm", "certificate/*")
TOKEN_CHARACTERS = 32  # ACM API reference, RequestCertificate: \\w+


def _find(subject: Subject) -> Raw | None:
    marker: dict[str, Any] = {}
    while True:
        page = subject.ask("list_certificates", {"MaxItems": 1000, **marker})
        for one in page["CertificateSummaryList"]:
            found = _described(subject, one) if one["DomainName"] == subject.wanted("domainName") else None
            if found:
                return found
        if not page.get("NextToken"):
            return None
        marker = {"NextToken": page["NextToken"]}


def _described(subject: Subject, summary: Raw) -> Raw | None:
    request = {"CertificateArn": summary["CertificateArn"]}
    tags = subject.ask("list_tags_for_certificate", request)["Tags"]
    if not subject.is_ours({"Tags": tags}):
        return None
    return {**subject.ask("describe_certificate", request)["Certificate"], "Tags": tags}


def _once(subject: Subject) -> dict[str, Any]:
    return {"IdempotencyToken": subject.token.replace("-", "")[:TOKEN_CHARACTERS]}


KIND = Kind(
    name="Certificate",
    service="acm",
    lookup=None,
    find=_find,
    id="CertificateArn",
    arn="CertificateArn",
    create=Call("request_certificate"),
    created_id="CertificateArn",
    extra_request=_once,
    fields=(
        Field("domainName", "DomainName", sent="DomainName"),
        Field(
            "subjectAlternativeNames",
            "SubjectAlternativeNames",
            sent="SubjectAlternativeNames",
            form=Form(normal=UNORDERED.normal, partial=True),
        ),
        Field("validationMethod", "DomainValidationOptions[0].ValidationMethod", sent="ValidationMethod"),
    ),
    delete=(Call("delete_certificate", {"CertificateArn": ARN}),),
    states=States(
        "Status",
        ready=frozenset({"PENDING_VALIDATION", "ISSUED"}),
        failed=frozenset({"FAILED", "VALIDATION_TIMED_OUT", "REVOKED", "EXPIRED"}),
        message="FailureReason",
    ),
    tagging=Tagging(
        seen="Tags",
        sent="Tags",
        shape=pairs(),
        change=Call("add_tags_to_certificate", {"CertificateArn": ARN, "Tags": TAGS}),
    ),
    facts=("DomainName", "Status", "NotAfter", "InUseBy"),
    actions=(
        *reads("acm:ListCertificates"),
        *on(("acm:DescribeCertificate", "acm:ListTagsForCertificate"), _CERTIFICATES),
        Action("acm:RequestCertificate", guard=Guard.REQUEST_TAG),
        Action("acm:AddTagsToCertificate", guard=Guard.REQUEST_TAG),
        *on(("acm:AddTagsToCertificate", "acm:DeleteCertificate"), _CERTIFICATES, Guard.RESOURCE_TAG),
    ),
)

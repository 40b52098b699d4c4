"""OIDC provider of the cluster: its address is known only once EKS has made the cluster.

The manifest says which cluster by the annotation `byoc.akka.io/url-from`; the provider is found by its tags.
"""

from typing import Any

from regions.clouds.aws.guards import reads
from regions.clouds.aws.named import iam, on
from regions.clouds.aws.requests import search
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import ID, TAGS, Call, Field, Kind, Raw, Tagging, pairs
from regions.clouds.errors import Category, CloudError

URL_FROM = "byoc.akka.io/url-from"
_PROVIDERS = iam("oidc-provider/oidc.eks.{region}.amazonaws.com/*")


def _find(subject: Subject) -> Raw | None:
    issuers = f"oidc-provider/oidc.eks.{subject.account.region}.amazonaws.com/"
    for item in subject.ask("list_open_id_connect_providers", {})["OpenIDConnectProviderList"]:
        if issuers not in item["Arn"]:
            continue
        found = subject.ask("get_open_id_connect_provider", {"OpenIDConnectProviderArn": item["Arn"]})
        if subject.is_ours({**found, "Arn": item["Arn"]}):
            return {**found, "Arn": item["Arn"]}
    return None


def _issuer(subject: Subject) -> dict[str, Any]:
    cluster = subject.account.subject(subject.manifest.annotations[URL_FROM])
    url = search("identity.oidc.issuer", cluster.find() or {})
    if not url:
        raise CloudError(
            code="ReferenceNotFound",
            status=404,
            message=f"{cluster.manifest.name} has no OIDC issuer yet.",
            operation="eks:DescribeCluster",
            request_id="",
            category=Category.NOT_FOUND,
        )
    return {"Url": url}


KIND = Kind(
    name="OpenIDConnectProvider",
    service="iam",
    lookup=None,
    find=_find,
    id="Arn",
    arn="Arn",
    create=Call("create_open_id_connect_provider"),
    extra_request=_issuer,
    fields=(Field("clientIdList", "ClientIDList", sent="ClientIDList"),),
    delete=(Call("delete_open_id_connect_provider", {"OpenIDConnectProviderArn": ID}),),
    tagging=Tagging(
        seen="Tags",
        sent="Tags",
        shape=pairs(),
        change=Call("tag_open_id_connect_provider", {"OpenIDConnectProviderArn": ID, "Tags": TAGS}),
    ),
    facts=("Url", "ClientIDList"),
    actions=(
        *reads("iam:ListOpenIDConnectProviders"),
        *on(
            (
                "iam:GetOpenIDConnectProvider",
                "iam:CreateOpenIDConnectProvider",
                "iam:TagOpenIDConnectProvider",
                "iam:DeleteOpenIDConnectProvider",
            ),
            _PROVIDERS,
        ),
    ),
)

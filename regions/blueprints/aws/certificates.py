"""A certificate of AWS's for the names of the region, where the plan lets TLS end at the load balancer."""

from regions.blueprints.aws.build import resource
from regions.blueprints.aws.dns import TTL_SECONDS, host, record
from regions.blueprints.manifests import PROOF_OF, Manifest
from regions.spec import RegionSpec

CERTIFICATE = "certificate"
PROOF = "record-certificate-proof"


def certificates(spec: RegionSpec) -> list[Manifest]:
    if not spec.tls_at_load_balancer:
        return []
    fields = {
        "domainName": host(spec),
        "subjectAlternativeNames": [host(spec), f"*.{host(spec)}"],
        "validationMethod": "DNS",
    }
    return [
        resource(spec, "Certificate", CERTIFICATE, "Certificate of the region", fields, group="acm"),
        _proof(spec),
    ]


def _proof(spec: RegionSpec) -> Manifest:
    """Name and value are ACM's to invent: what is written here gives way to them (annotation)."""
    fields = {
        "name": f"_proof.{host(spec)}",
        "type": "CNAME",
        "ttl": TTL_SECONDS,
        "records": ["_proof.acm-validations.aws"],
    }
    return record(spec, PROOF, "Record that proves the certificate", fields, {PROOF_OF: CERTIFICATE})

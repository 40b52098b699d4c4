"""Short corrections of services whose main road moto knows: logs, Route 53, ACM, S3."""

from collections.abc import Mapping
from typing import Any

from moto.acm.models import AWSCertificateManagerBackend, acm_backends
from moto.iam.access_control import PermissionResult
from moto.logs.models import logs_backends
from moto.route53.models import route53_backends
from moto.s3.models import FakeBucket, s3_backends

from sandbox.aws import delays
from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import after, answers, before
from sandbox.aws.kms import find, service_may
from sandbox.aws.patching import replace
from sandbox.aws.requests import Call
from sandbox.aws.state import state

CERTIFICATE_SECONDS = 3.0
ORIGINAL: dict[str, Any] = {}


# CloudWatch Logs


@before("logs", "CreateLogGroup", "AssociateKmsKey")
def check_log_key(call: Call) -> None:
    """The service itself must be allowed by the key's policy (CloudWatch Logs User Guide, "Encrypt log data")."""
    identifier, name = call.params.get("kmsKeyId"), call.params.get("logGroupName")
    if not identifier:
        return
    key = find(call, str(identifier))
    group = f"arn:aws:logs:{call.region}:{call.account}:log-group:{name}"
    keys = {"kms:encryptioncontext:aws:logs:arn": (group,)}
    service = f"logs.{call.region}.amazonaws.com"
    if key is None or key.key_state != "Enabled" or not service_may(key, service, "kms:Encrypt", keys):
        message = f"The specified KMS Key Id could not be found or is not allowed to be used with Arn '{group}'"
        raise AwsError("InvalidParameterException", message, 400)


@answers("logs", "AssociateKmsKey", "DisassociateKmsKey")
def associate_key(call: Call) -> Mapping[str, Any]:
    if call.operation == "AssociateKmsKey":
        check_log_key(call)
    groups = logs_backends[call.account][call.region].groups
    group = groups.get(str(call.params.get("logGroupName")))
    if group is None:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.", 400)
    group.kms_key_id = call.params.get("kmsKeyId")
    return {}


# Route 53


@before("route53", "CreateHostedZone")
def check_reference(call: Call) -> None:
    key = (call.account, str(call.params.get("CallerReference")))
    if key in state().shelf("route53:references"):
        name = call.params.get("Name")
        raise AwsError("HostedZoneAlreadyExists", f"A hosted zone has already been created with the specified "
                       f"caller reference: {name}", 409)  # fmt: skip


@after("route53", "CreateHostedZone")
def keep_reference(call: Call) -> None:
    state().shelf("route53:references")[call.account, str(call.params.get("CallerReference"))] = True


@before("route53", "ChangeResourceRecordSets")
def check_records(call: Call) -> None:
    zone = route53_backends[call.account]["aws"].zones.get(str(call.params.get("HostedZoneId")).rpartition("/")[2])
    if zone is None:
        return
    held = {(item.name.lower().rstrip("."), item.type, item.set_identifier) for item in zone.rrsets}
    for change in (call.params.get("ChangeBatch") or {}).get("Changes") or []:
        record = change.get("ResourceRecordSet", {})
        name = str(record.get("Name", "")).lower().rstrip(".")
        if change.get("Action") == "CREATE" and (name, record.get("Type"), record.get("SetIdentifier")) in held:
            message = f"[Tried to create resource record set [name='{name}.', type='{record.get('Type')}'] but it "
            raise AwsError("InvalidChangeBatch", f"{message}already exists]", 400)


# Certificate Manager


def _request(backend: Any, *args: Any, **kwargs: Any) -> str:
    arn: str = ORIGINAL["acm"](backend, *args, **kwargs)
    bundle = backend._certificates[arn]
    if bundle.type == "AMAZON_ISSUED":
        bundle.status = "PENDING_VALIDATION"
        key = (backend.account_id, backend.region_name, arn)
        delays.later("acm", key, "ISSUED", state().delays.get("certificate", CERTIFICATE_SECONDS))
    return arn


@delays.on_due("acm")
def _settle(key: tuple[str, str, str], outcome: str) -> None:
    bundle = acm_backends[key[0]][key[1]]._certificates.get(key[2])
    if bundle is not None:
        bundle.status = outcome


# S3


def _no_opinion(_bucket: Any, _action: str, _resource: str) -> PermissionResult:
    """Bucket policies are judged at the front door, conditions included."""
    return PermissionResult.NEUTRAL


@after("s3", "CreateBucket", "DeleteBucketEncryption")
def encrypt_by_default(call: Call) -> None:
    """Every bucket is encrypted with S3's own keys unless it says otherwise (since January 2023)."""
    bucket = s3_backends[call.account]["aws"].buckets.get(str(call.params.get("Bucket")))
    if bucket is not None and not bucket.encryption:
        default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
        bucket.encryption = {"Rule": default}


def install() -> None:
    ORIGINAL["acm"] = replace(AWSCertificateManagerBackend, "request_certificate", _request)
    replace(FakeBucket, "get_permission", _no_opinion)

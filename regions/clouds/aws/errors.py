"""AWS's error codes, sorted; codes are matched before the HTTP status, which JSON services blur."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from regions.clouds.errors import Category, CloudError

_CODES: dict[Category, frozenset[str]] = {
    Category.THROTTLED: frozenset(
        {
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "EC2ThrottledException",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "TooManyRequestsException",
            "PriorRequestNotComplete",
            "SlowDown",
            "BandwidthLimitExceeded",
        }
    ),
    Category.QUOTA: frozenset(
        {
            "AddressLimitExceeded",
            "VpcLimitExceeded",
            "SubnetLimitExceeded",
            "InternetGatewayLimitExceeded",
            "NatGatewayLimitExceeded",
            "RouteTableLimitExceeded",
            "RouteLimitExceeded",
            "SecurityGroupLimitExceeded",
            "RulesPerSecurityGroupLimitExceeded",
            "VpcEndpointServiceLimitExceeded",
            "VcpuLimitExceeded",
            "InstanceLimitExceeded",
            "InstanceQuotaExceeded",
            "StorageQuotaExceeded",
            "ResourceLimitExceeded",
            "ResourceLimitExceededException",
            "MaxSpotInstanceCountExceeded",
            "VolumeLimitExceeded",
            "NetworkInterfaceLimitExceeded",
            "TooManyTags",
            "KMSQuotaExceededException",
            "LimitExceeded",
            "LimitExceededException",
            "ServiceQuotaExceededException",
            "QuotaExceededException",
            "TooManyBuckets",
            "TooManyLoadBalancers",
            "TooManyTargetGroups",
            "TooManyHostedZones",
            "DBSubnetGroupQuotaExceeded",
            "DBParameterGroupQuotaExceeded",
        }
    ),
    Category.REFUSED: frozenset(
        {
            "AccessDenied",
            "AccessDeniedException",
            "UnauthorizedOperation",
            "UnauthorizedAccess",
            "NotAuthorized",
            "AuthFailure",
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "SignatureDoesNotMatch",
            "ExpiredToken",
            "ExpiredTokenException",
            "RequestExpired",
            "InvalidToken",
            "TokenRefreshRequired",
            "KMSAccessDeniedException",
            "KMSKeyNotAccessibleFault",
            "InvalidAccessKeyId",
        }
    ),
    Category.CAPACITY: frozenset(
        {
            "InsufficientAddressCapacity",
            "InsufficientCapacity",
            "InsufficientDBInstanceCapacity",
            "InsufficientHostCapacity",
            "InsufficientInstanceCapacity",
            "InsufficientReservedInstanceCapacity",
            "InsufficientVolumeCapacity",
            "StorageTypeNotAvailable",
            "UnfulfillableCapacity",
        }
    ),
    Category.NOT_OPTED_IN: frozenset(
        {
            "AccountProblem",
            "Blocked",
            "NotSignedUp",
            "OptInRequired",
            "SubscriptionRequiredException",
        }
    ),
    Category.CONFLICT: frozenset(
        {
            "DependencyViolation",
            "DeleteConflict",
            "DeleteConflictException",
            "ResourceInUse",
            "ResourceInUseException",
            "OperationAborted",
            "OperationAbortedException",
            "ConcurrentModification",
            "ConcurrentModificationException",
            "ConflictException",
            "Conflict",
            "IncorrectState",
            "IncorrectStateException",
            "InvalidDBInstanceState",
            "InvalidDBSubnetGroupStateFault",
            "InvalidDBParameterGroupState",
            "InvalidIPAddress.InUse",
            "InvalidTransitGatewayAttachmentState",
            "ExistingVpcEndpointConnections",
            "HostedZoneNotEmpty",
            "BucketNotEmpty",
            "BucketAlreadyExists",
            "BucketAlreadyOwnedByYou",
            "RepositoryNotEmptyException",
            "EntityAlreadyExists",
            "AlreadyExistsException",
            "ResourceAlreadyExistsException",
            "RepositoryAlreadyExistsException",
            "PullThroughCacheRuleAlreadyExistsException",
            "ResourceExistsException",
            "DBInstanceAlreadyExists",
            "DBSubnetGroupAlreadyExists",
            "DBParameterGroupAlreadyExists",
            "DuplicateLoadBalancerName",
            "DuplicateTargetGroupName",
            "DuplicateListener",
            "RouteAlreadyExists",
            "Resource.AlreadyAssociated",
            "InvalidPermission.Duplicate",
            "InvalidGroup.Duplicate",
            "HostedZoneAlreadyExists",
            "KMSInvalidStateException",
            "OperationNotPermitted",
        }
    ),
    Category.TRANSIENT: frozenset(
        {
            "InternalError",
            "InternalFailure",
            "InternalServerError",
            "InternalServerException",
            "InternalServiceError",
            "ServerException",
            "ServiceFailure",
            "ServiceUnavailable",
            "ServiceUnavailableException",
            "Unavailable",
            "RequestTimeout",
            "RequestTimeoutException",
            "KMSInternalException",
            "DependencyTimeoutException",
            "PendingVerification",
        }
    ),
    Category.NOT_FOUND: frozenset(
        {
            "404",
            "NoSuchEntity",
            "NoSuchBucket",
            "NoSuchBucketPolicy",
            "NoSuchTagSet",
            "NoSuchTagSetError",
            "NoSuchPublicAccessBlockConfiguration",
            "NoSuchHostedZone",
            "NoSuchKey",
            "OwnershipControlsNotFoundError",
            "ServerSideEncryptionConfigurationNotFoundError",
            "NotFoundException",
            "ResourceNotFoundException",
            "RepositoryNotFoundException",
            "LifecyclePolicyNotFoundException",
            "PullThroughCacheRuleNotFoundException",
            "LoadBalancerNotFound",
            "TargetGroupNotFound",
            "ListenerNotFound",
            "DBInstanceNotFound",
            "DBInstanceNotFoundFault",
            "DBSubnetGroupNotFoundFault",
            "DBParameterGroupNotFound",
            "DBParameterGroupNotFoundFault",
            "NatGatewayNotFound",
        }
    ),
}
_BY_CODE = {code: category for category, codes in _CODES.items() for code in codes}

NO_ANSWER = (BotoCoreError, ResponseParserError)
"""What botocore raises when no answer came, or none it can read."""


def classify(code: str, status: int) -> Category:
    if found := _BY_CODE.get(code):
        return found
    if code.endswith((".NotFound", "NotFound")):
        return Category.NOT_FOUND
    return _by_status(status)


def _by_status(status: int) -> Category:
    if status >= 500 or status == 0:
        return Category.TRANSIENT
    known = {
        401: Category.REFUSED,
        403: Category.REFUSED,
        404: Category.NOT_FOUND,
        409: Category.CONFLICT,
        429: Category.THROTTLED,
    }
    return known.get(status, Category.INVALID if 400 <= status < 500 else Category.UNKNOWN)


def from_client_error(error: ClientError, operation: str) -> CloudError:
    detail: dict[str, Any] = dict(error.response.get("Error", {}))
    meta: dict[str, Any] = dict(error.response.get("ResponseMetadata", {}))
    code, status = str(detail.get("Code", "")), int(meta.get("HTTPStatusCode", 0))
    return CloudError(
        code=code,
        status=status,
        message=str(detail.get("Message", "")),
        operation=operation,
        request_id=str(meta.get("RequestId", "")),
        category=classify(code, status),
    )


def from_no_answer(error: Exception, operation: str) -> CloudError:
    """No usable answer: whether the call took effect is not known, unless it was never sent.

    What could not be read is not repeated: a cut answer of sts:AssumeRole holds credentials.
    """
    unreadable = isinstance(error, ResponseParserError)
    return CloudError(
        code=type(error).__name__,
        status=0,
        message="The answer was cut or garbled and cannot be read." if unreadable else str(error),
        operation=operation,
        request_id="",
        category=Category.INVALID if isinstance(error, ParamValidationError) else Category.TRANSIENT,
    )

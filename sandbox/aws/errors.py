"""Refusals in the words, codes and statuses of each service."""

from typing import Any

JSON_PROTOCOLS = ("json", "rest-json")


class AwsError(Exception):
    """An error answer of AWS: code, message, HTTP status and, for some services, further members."""

    def __init__(self, code: str, message: str, status: int = 400, **members: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members = members


def _forbidden(service: str, protocol: str) -> tuple[str, int]:
    if service == "ec2":
        return "UnauthorizedOperation", 403
    if protocol == "json":
        return "AccessDeniedException", 400
    return ("AccessDeniedException" if protocol == "rest-json" else "AccessDenied"), 403


def access_denied(service: str, protocol: str, message: str) -> AwsError:
    code, status = _forbidden(service, protocol)
    if service == "ec2":
        message = f"You are not authorized to perform this operation. {message}"
    return AwsError(code, message, status)


def unknown_key(service: str, protocol: str) -> AwsError:
    if service == "ec2":
        return AwsError("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
    if service == "s3":
        message = "The AWS Access Key Id you provided does not exist in our records."
        return AwsError("InvalidAccessKeyId", message, 403)
    code = "UnrecognizedClientException" if protocol in JSON_PROTOCOLS else "InvalidClientTokenId"
    message = "The security token included in the request is invalid."
    return AwsError(code, message, 400 if protocol == "json" else 403)


def missing_credentials(service: str, protocol: str) -> AwsError:
    if service == "s3":
        return AwsError("AccessDenied", "Access Denied", 403)
    code = "MissingAuthenticationTokenException" if protocol in JSON_PROTOCOLS else "MissingAuthenticationToken"
    return AwsError(code, "Missing Authentication Token", 403)


def expired(service: str, protocol: str) -> AwsError:
    message = "The security token included in the request is expired"
    if service == "ec2":
        return AwsError("RequestExpired", "Request has expired.", 400)
    if service == "s3":
        return AwsError("ExpiredToken", "The provided token has expired.", 400)
    if protocol in JSON_PROTOCOLS:
        return AwsError("ExpiredTokenException", message, 400 if protocol == "json" else 403)
    return AwsError("ExpiredToken", message, 403)


def throttled(service: str, protocol: str) -> AwsError:
    if service == "ec2":
        return AwsError("RequestLimitExceeded", "Request limit exceeded.", 503)
    if service == "s3":
        return AwsError("SlowDown", "Please reduce your request rate.", 503)
    if protocol in JSON_PROTOCOLS:
        return AwsError("ThrottlingException", "Rate exceeded", 400 if protocol == "json" else 429)
    return AwsError("Throttling", "Rate exceeded", 400)


def internal(service: str, protocol: str) -> AwsError:
    message = "An internal error has occurred"
    if service == "ec2":
        return AwsError("InternalError", message, 500)
    if service == "s3":
        return AwsError("InternalError", "We encountered an internal error. Please try again.", 500)
    if protocol in JSON_PROTOCOLS:
        code = "ServerException" if service == "eks" else "InternalServerException"
        return AwsError(code, message, 500)
    return AwsError("InternalFailure", message, 500)

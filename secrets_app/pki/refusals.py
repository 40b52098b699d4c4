"""Why a request, a certificate, a chain or a list was not accepted: a closed code and a sentence."""

from enum import StrEnum

from console.kernel.errors import Invalid


class Reason(StrEnum):
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    LIFETIME = "lifetime"
    WRONG_NAME = "wrong_name"
    NAME_CONSTRAINT = "name_constraint"
    WRONG_USAGE = "wrong_usage"
    PATH_LENGTH = "path_length"
    NOT_A_CA = "not_a_ca"
    UNKNOWN_ISSUER = "unknown_issuer"
    WRONG_SIGNATURE = "wrong_signature"
    WEAK_KEY = "weak_key"
    WRONG_KEY = "wrong_key"
    EXTENSION = "extension"
    REVOKED = "revoked"
    NO_CRL = "no_crl"
    MALFORMED = "malformed"


class PkiRefused(Invalid):
    code = "certificate_refused"
    title = "A certificate cannot be used"

    def __init__(self, reason: Reason, message: str, *, todo: str = "", field: str = "") -> None:
        super().__init__(message, todo=todo, field=field)
        self.reason = reason


class RequestRefused(PkiRefused):
    code = "certificate_request_refused"
    title = "A certificate request cannot be used"


class ChainRefused(PkiRefused):
    code = "certificate_chain_refused"
    title = "A certificate chain is not trusted"


class ProfileBroken(PkiRefused):
    code = "certificate_profile_broken"
    title = "A certificate does not have the form it must have"


class CrlRefused(PkiRefused):
    code = "revocation_list_refused"
    title = "A revocation list cannot be used"

"""A customer's asymmetric AWS KMS key as the key of its authority; implements `secrets_app.signing_keys`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from regions.clouds.aws.key_calls import KeyCalls, passes
from regions.clouds.aws.session import AwsConfig
from regions.clouds.errors import CloudError
from secrets_app.pki.keys import is_p256
from secrets_app.signing_keys import SigningRefused, SigningUnreachable

LONGEST_MESSAGE = 4096  # bytes that KMS hashes itself (KMS API, Sign, Message)
ALGORITHM = "ECDSA_SHA_256"


@dataclass(frozen=True, slots=True)
class KmsSigner:
    """Signs in AWS: the private key never leaves it."""

    calls: KeyCalls
    place: Mapping[str, str]
    key: ec.EllipticCurvePublicKey

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self.key

    def sign(self, message: bytes) -> bytes:
        if len(message) > LONGEST_MESSAGE:
            raise SigningRefused(f"KMS signs at most {LONGEST_MESSAGE} bytes; the certificate has {len(message)}.")
        asked = {"Message": message, "MessageType": "RAW", "SigningAlgorithm": ALGORITHM}
        return bytes(_answer(self.calls, self.place, "sign", asked)["Signature"])


class AwsKmsSigning:
    def __init__(self, config: AwsConfig) -> None:
        self._calls = KeyCalls(config)

    def signer(self, place: Mapping[str, str]) -> KmsSigner:
        found = _answer(self._calls, place, "get_public_key", {})
        key = load_der_public_key(found["PublicKey"])
        if (
            found["KeyUsage"] != "SIGN_VERIFY"
            or not isinstance(key, ec.EllipticCurvePublicKey)
            or not is_p256(key)
        ):
            raise SigningRefused(
                f"{place['key']} is no ECDSA key on P-256 for signing.",
                todo="Make one of the kind ECC_NIST_P256 for SIGN_VERIFY.",
            )
        return KmsSigner(self._calls, place, key)


def _answer(calls: KeyCalls, place: Mapping[str, str], method: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return calls.answer(place, method, asked)
    except CloudError as error:
        words = f"{error.operation} answered {error.code}: {error.message}"
        if passes(error):
            raise SigningUnreachable(f"AWS could not be asked for {place['key']}. {words}") from None
        raise SigningRefused(
            f"AWS does not let the console sign with {place['key']}. {words}",
            todo=f"Your cloud team enables the key and tags it byoc:connection = {place['connection']}.",
        ) from None

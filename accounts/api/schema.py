"""How the API's description names its bearer tokens."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerToken(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.api.authentication.BearerTokenAuthentication"
    name = "bearerToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002  drf-spectacular's signature
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of one organization, issued by an owner under Settings.",
        }

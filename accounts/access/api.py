"""What a token may call."""

from collections.abc import Mapping

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.access import refusals
from console.kernel.errors import Refused
from console.kernel.permissions import Permission
from console.kernel.scope import Scope


class DeclaredPermission(BasePermission):
    """Refuse every call whose view does not declare, by method, the permission it needs.

    A method that the view does not offer passes here and is answered with 405.
    """

    def has_permission(self, request: Request, view: object) -> bool:
        scope = request.auth
        if not isinstance(scope, Scope):
            return False
        method = str(request.method)
        if method == "OPTIONS" or not hasattr(view, method.lower()):
            return True
        needed = declared(view).get("GET" if method == "HEAD" else method)
        if needed is None:
            return False
        try:
            scope.require(needed)
        except Refused:
            refusals.record(scope, needed)
            raise
        return True


def declared(view: object) -> Mapping[str, Permission]:
    found: Mapping[str, Permission] = getattr(view, "required_permission", {})
    return found

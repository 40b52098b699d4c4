"""The base of every view of the Management API.

Handlers run inside the organization that the token names, and an error undoes what they did.
`required_permission` goes by method; `self.scope` and `request.scope` are the token's.
"""

from collections.abc import Mapping
from functools import cached_property, wraps
from typing import Any, ClassVar

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.access import refusals
from accounts.models import Organization
from console.kernel.errors import Refused
from console.kernel.permissions import Permission
from console.kernel.scope import Scope


class ScopedAPIView(APIView):  # without a docstring: the API's description would repeat it at every call
    required_permission: ClassVar[Mapping[str, Permission]] = {}
    scope: Scope

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        view: Any = super().as_view(**initkwargs)
        view.required_permission = cls.required_permission
        return view

    @cached_property
    def organization(self) -> Organization:
        return Organization.objects.get(pk=self.scope.org_id)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who calls and what they may, then let the handler run inside their scope."""
        super().initial(request, *args, **kwargs)
        assert isinstance(request.auth, Scope)
        self.scope = request.auth
        request.scope = self.scope  # type: ignore[attr-defined]
        handler = getattr(self, str(request.method).lower(), None)
        if handler is not None:
            needed = self.required_permission.get("GET" if request.method == "HEAD" else str(request.method))
            setattr(self, str(request.method).lower(), _inside(self.scope, needed, handler))


def _inside(scope: Scope, needed: Permission | None, handler: Any) -> Any:
    @wraps(handler)
    def inside(*args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with scope.entered():
                answer: HttpResponseBase = handler(*args, **kwargs)
                return answer
        except Refused:
            if needed is not None:
                refusals.record(scope, needed)
            raise

    return inside

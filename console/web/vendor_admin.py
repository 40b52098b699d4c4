"""Django's admin site as the vendor's staff sees it: behind the console's own sign-in, and read-only."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model
from django.db.models.base import ModelBase
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from console.kernel.scope import as_staff

if TYPE_CHECKING:
    AnyModelAdmin = ModelAdmin[Any]
else:
    AnyModelAdmin = ModelAdmin  # Django's own is not subscriptable


class ReadOnlyAdmin(AnyModelAdmin):
    """Shows rows to staff and changes none."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-id",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  Django's signature
        return is_staff(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_staff(request)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  as above
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  as above
        return False


def is_staff(request: HttpRequest) -> bool:
    user = request.user
    return bool(user.is_active and getattr(user, "is_staff", False))


class VendorAdmin(AdminSite):
    site_header = "BYOC Console, vendor staff"
    site_title = "Vendor staff"
    index_title = "Organizations and their work, read-only"
    site_url = "/"
    enable_nav_sidebar = False

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[AnyModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Take what declares itself read-only; other packages' own pages stay out."""
        if admin_class is not None and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def unregister(self, model_or_iterable: Any) -> None:
        """Let other packages take back what was never taken."""
        models: list[Any] = (
            [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else list(model_or_iterable)
        )
        super().unregister([model for model in models if self.is_registered(model)])

    def has_permission(self, request: HttpRequest) -> bool:
        return is_staff(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Hide a page from customers; let it read the tables that are marked for staff."""
        inner = super().admin_view(_reading(view), cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not is_staff(request):
                raise Http404
            response: HttpResponseBase = inner(request, *args, **kwargs)
            return response

        return guarded

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002  Django's signature
        if request.user.is_authenticated and not is_staff(request):
            raise Http404
        target = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:  # noqa: ARG002  as above
        return redirect("account_logout")

    def password_change(
        self,
        request: HttpRequest,  # noqa: ARG002  Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002  as above
    ) -> Any:
        return redirect("account_change_password")


def _reading(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with as_staff():
            response = view(request, *args, **kwargs)
            rendered: HttpResponseBase = response.render() if hasattr(response, "render") else response
            return rendered

    return inside

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True

    def ready(self) -> None:
        from accounts.access.frame import shell_of
        from accounts.api import schema  # noqa: F401  registers itself with drf-spectacular
        from console.web import shell

        shell.provide(shell_of)


class VendorAdminConfig(admin_apps.AdminConfig):
    """Django's admin with the vendor's read-only site in the place of its own."""

    default = False
    default_site = "console.web.vendor_admin.VendorAdmin"

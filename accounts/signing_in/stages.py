"""The step of allauth's login flow between the password and the session."""

from allauth.account.stages import LoginStage
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.models import TotpDevice


class SecondFactorStage(LoginStage):  # type: ignore[misc]
    """Hold the login until the second factor is shown; who has none yet enrols right after."""

    key = "second_factor"
    urlname = "mfa_authenticate"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if user is None or not TotpDevice.objects.of(user.pk).confirmed().exists():
            return None, True
        return HttpResponseRedirect(reverse(self.urlname)), True

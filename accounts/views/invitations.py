"""Answering an invitation."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access.scoped import personal
from accounts.actions import members
from accounts.models import User
from console.web.pages import HtmxRequest, page, redirect_to


@require_http_methods(["GET", "POST"])
@personal
def answer(request: HtmxRequest, token: str) -> HttpResponse:
    assert isinstance(request.user, User)
    if request.method == "POST":
        joined = members.accept_invitation(user=request.user, token=token, request_id=request.request_id)
        return redirect_to(request, reverse("overview", kwargs={"org": joined.slug}))
    invitation = members.open_invitation(user=request.user, token=token)
    return page(request, "accounts/invitation.html", {"invitation": invitation})

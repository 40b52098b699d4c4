"""Signing in without walking the pages; `tests/browser` walks them."""

from django.test import Client

from accounts.models import User


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client

"""Single sign-on by the one OpenID provider that the operator names (OIDC_*).

The provider says who somebody is, never what they may do: its verified e-mail address must be that of an account or
of an open invitation. Its calls leave through plumbing.http like every other, so a provider in our own network needs
its place in OUTBOUND_ALLOW.
"""

import secrets
from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from requests.adapters import BaseAdapter

from accounts import invitations, sign_in_log
from accounts.models import Invitation, User
from plumbing.http import Fetched, fetch
from plumbing.vetted import FetchError

MAX_BYTES = 512 * 1024
SECONDS = 5
NAME_TAKEN_TRIES = 20


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider=None, client_id=None) -> list:
        """The environment names the provider; rows of the database do not."""
        apps = super().list_apps(request, provider, client_id) if settings.SINGLE_SIGN_ON else []
        return [app for app in apps if app.pk is None]

    def on_authentication_error(self, request: HttpRequest, provider, error=None, exception=None, extra_context=None):
        """Whoever turns back at the provider stands at our sign-in page again."""
        sign_in_log.note("provider_failed", request=request, reason=type(exception).__name__ if exception else error)
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(redirect("account_login"))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Joins the provider's account to ours at its first sign-in; later its number is enough."""
        if sociallogin.is_existing:
            return
        person = self.person_of(sociallogin)
        if person is None:
            sign_in_log.note("refused", request=request, method="single_sign_on")
            raise ImmediateHttpResponse(render(request, "socialaccount/not_invited.html", status=403))
        sociallogin.connect(request, person)

    def person_of(self, sociallogin: SocialLogin) -> User | None:
        addresses = [address.email for address in sociallogin.email_addresses if address.verified is True]
        if len(addresses) != 1:
            return None
        people = list(User.objects.filter(email__iexact=addresses[0])[:2])
        if people:
            return people[0] if len(people) == 1 and people[0].is_active else None
        now = timezone.now()
        invitation = invitations.open_for(addresses[0], now)
        return invitations.accept(invitation, newcomer(sociallogin.user, invitation), now) if invitation else None

    def get_requests_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        for scheme in ("https://", "http://"):
            session.mount(scheme, VettedTransport())
        return session


def newcomer(suggested: User, invitation: Invitation) -> User:
    """An account without a password, named as the provider suggests or by the address."""
    person = User(
        username=free_name(suggested.username or invitation.email.partition("@")[0]),
        first_name=suggested.first_name,
        last_name=suggested.last_name,
        language=invitation.language,
    )
    person.set_unusable_password()
    return person


def free_name(wanted: str) -> str:
    stem = "".join(sign for sign in wanted if sign.isalnum() or sign in "@.+-_")[:120] or "person"
    taken = {
        name.lower() for name in User.objects.filter(username__istartswith=stem).values_list("username", flat=True)
    }
    names = [stem, *(f"{stem}{number}" for number in range(2, NAME_TAKEN_TRIES))]
    return next((name for name in names if name.lower() not in taken), f"{stem}-{secrets.token_hex(4)}")


class VettedTransport(BaseAdapter):
    """Lets `requests`, which allauth speaks, use our one way out."""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        try:
            return answer_of(request, exchange(request))
        except FetchError as error:
            raise requests.ConnectionError(str(error), request=request) from error

    def close(self) -> None:
        """Nothing is kept open."""


def exchange(request: requests.PreparedRequest) -> Fetched:
    body = request.body.encode() if isinstance(request.body, str) else request.body
    return fetch(
        request.url or "",
        method=request.method or "GET",
        headers={name: str(value) for name, value in request.headers.items() if name.lower() != "accept-encoding"},
        content=body if isinstance(body, bytes) else None,
        max_bytes=MAX_BYTES,
        deadline=SECONDS,
        max_redirects=0,
    )


def answer_of(request: requests.PreparedRequest, fetched: Fetched) -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer.url, answer.request = fetched.status, fetched.url, request
    answer.headers.update({name: value for name, value in fetched.headers.items() if name != "content-encoding"})
    answer._content = fetched.body
    return answer

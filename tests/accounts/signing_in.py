"""Steps that the tests of signing in share."""

import re
import time

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.http import HttpResponse
from django.test import Client

from accounts.models import User

LOGIN = "/accounts/login/"
PASSWORD = "correct horse battery staple"  # of tests.make
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_in(name: str, password: str = PASSWORD, client: Client | None = None, **extra):
    return (client or Client()).post(LOGIN, {"login": name, "password": password}, **extra)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def give_app(person: User) -> None:
    """An authenticator app with SECRET."""
    TOTP.activate(person, SECRET)


def code(steps: int = 0, secret: str = SECRET) -> str:
    """What the app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def grow_stale(client: Client) -> None:
    """As if the person had proved who they are an hour ago."""
    session = client.session
    session["signed_in_at"] = time.time() - 3600
    session.pop("account_authentication_methods", None)
    session.save()


def body(answer: HttpResponse) -> str:
    """The page without what differs from answer to answer whoever asks."""
    return re.sub(r'data-now="\d+"|csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())

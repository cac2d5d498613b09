"""Sign-in as we want it: nobody signs up, people are invited; guesses are counted per name; mails go by the outbox."""

import time

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from accounts import mails, sign_in_log
from accounts.models import User
from accounts.recent import signed_in_recently

SELF_EVIDENT = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:me")

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Signing in a moment ago counts as much as confirming."""
        return not signed_in_recently(self.request, time.time())

    def add_message(self, request, level, message_template=None, *args, **kwargs) -> None:
        """Says nothing where the next page says it already."""
        if message_template not in SELF_EVIDENT:
            super().add_message(request, level, message_template, *args, **kwargs)

    def send_notification_mail(self, template_prefix: str, user: User, context=None, email=None) -> None:
        """Tells a person that their sign-in changed, so that a stranger's change does not stay unseen."""
        mails.queue_notice(user, template_prefix.rpartition("/")[2])

    def authentication_failed(self, request: HttpRequest, **credentials: str) -> None:
        """What was typed as a name may be a password, so the log does not hear it."""
        sign_in_log.note("refused", request=request, method="password")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """One count per name, however it is written: names are compared in capitals by the database.

        allauth adds the Host header to the key, whose port a caller may choose anew for each guess.
        """
        return (credentials.get("email") or credentials.get("username") or "").strip().upper()

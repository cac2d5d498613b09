"""Sign-in as we want it: nobody signs up, people are added by an admin; guesses are counted per name."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

SELF_EVIDENT = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:me")

    def add_message(self, request, level, message_template=None, *args, **kwargs) -> None:
        """Says nothing where the next page says it already."""
        if message_template not in SELF_EVIDENT:
            super().add_message(request, level, message_template, *args, **kwargs)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """One count per name, however it is written: names are compared in capitals by the database.

        allauth adds the Host header to the key, whose port a caller may choose anew for each guess.
        """
        return (credentials.get("email") or credentials.get("username") or "").strip().upper()

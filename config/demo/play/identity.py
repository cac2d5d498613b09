"""Lets a newcomer be maya without her password: only where the demo is on, and only the account that the demo made."""

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.recent import SIGNED_IN_AT
from config.demo.company import UNIT
from config.demo.people import read_accounts

PLAYER, ANSWERS = "maya", "pedro"


def demo_person(username: str) -> User:
    """The demo's account of this name. PermissionDenied where there is none, or where it may administer."""
    listed = settings.DEMO and username in read_accounts()
    person = User.objects.filter(username=username, is_active=True, is_staff=False, is_superuser=False)
    found = person.filter(units__slug=UNIT, email__endswith="@brauhell.example").first() if listed else None
    if found is None:
        raise PermissionDenied(_("The people of the demo are not here."))
    return found


def become_player(request: HttpRequest) -> User:
    """Signs the visitor in as maya, in the language of the page they come from."""
    language = get_language() or settings.LANGUAGE_CODE
    player, answers = demo_person(PLAYER), demo_person(ANSWERS)
    User.objects.filter(pk__in=[player.pk, answers.pk]).update(language=language)
    if request.user.pk != player.pk:
        login(request, player, backend=settings.AUTHENTICATION_BACKENDS[0])
        request.session[SIGNED_IN_AT] = 0.0  # nobody proved anything: weighty acts still ask for the password
    return player


def is_player(request: HttpRequest) -> bool:
    return settings.DEMO and request.user.is_authenticated and request.user.get_username() == PLAYER

"""`/demo/mail/`: what the console would have sent by e-mail; mounted only where no mail server is set."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.demo import kept_mails
from config.demo.people import accounts_file


def folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


def require_demo_or_admin(request: HttpRequest) -> None:
    """In the demo everybody plays every person; a console in use shows its mails to admins only."""
    if not accounts_file().exists() and not request.user.has_perm("accounts.change_user"):
        raise PermissionDenied(_("Only administrators read the kept mails."))


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    require_demo_or_admin(request)
    return render(request, "demo/mails.html", {"mails": kept_mails.newest(folder()), "limit": kept_mails.LIMIT})


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    require_demo_or_admin(request)
    mails = kept_mails.mails_in(folder(), name)
    if not mails:
        raise Http404(_("There is no such mail."))
    shown = [(row, list(kept_mails.linked(row.text, settings.PUBLIC_URL))) for row in mails]
    return render(request, "demo/mail.html", {"mails": shown})

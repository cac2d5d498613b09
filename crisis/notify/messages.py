"""Puts a page into words: severity, title, why this person and until when, in their language and zone.

The mention's text is never part of it, because a message lies on lock screens and in mailboxes.
"""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.time_zones import zone_named
from crisis.links import link_of
from crisis.models import Escalation, Notification, Page
from crisis.notifiers.protocol import Message
from crisis.roster.words import place_in_words


def compose(notification: Notification) -> Message:
    """The message of a notification loaded by its claim."""
    person = notification.contact_method.person
    with translation.override(person.language), timezone.override(zone_named(person.time_zone)):
        return _message(notification, person.language)


def _message(notification: Notification, language: str) -> Message:
    escalation, page = notification.escalation, notification.page
    asks = notification.kind == Notification.Kind.PAGE
    path = reverse("crisis:escalation", args=[escalation.pk])
    headline = _("[%(level)s %(severity)s] %(title)s") % {
        "level": escalation.severity,
        "severity": escalation.get_severity_display(),
        "title": escalation.headline,
    }
    if not asks:
        headline = _("Stand down: %(headline)s") % {"headline": headline}
    return Message(
        key=notification.key,
        page_id=page.pk,
        subject=_("%(headline)s · page %(page)s") % {"headline": headline, "page": page.pk},
        lines=tuple(_call(escalation, page) if asks else _stand_down(page)),
        footer=_("Page %(page)s · Leitstelle") % {"page": page.pk},
        link=link_of(page) if asks else settings.PUBLIC_URL + path,
        link_label=_("I have it") if asks else _("Open the escalation"),
        console_path=path,
        language=language,
        asks_for_answer=asks,
    )


def _call(escalation: Escalation, page: Page) -> Iterator[str]:
    yield _("You are called as %(why)s.") % {"why": why(page)}
    yield _("Severity: %(level)s %(severity)s") % {
        "level": escalation.severity,
        "severity": escalation.get_severity_display(),
    }
    yield _("About: %(title)s") % {"title": escalation.headline}
    yield _("Open since %(time)s.") % {"time": moment(escalation.opened_at)}
    if escalation.step_due_at:
        yield _("Unless somebody takes over, the next people are called at %(time)s.") % {
            "time": moment(escalation.step_due_at)
        }
    yield _("The link below asks once more before anything happens. It works for 12 hours, without signing in.")


def _stand_down(page: Page) -> Iterator[str]:
    yield _("Nothing needs to be done any more: the escalation was cancelled.")
    yield _("You were called at %(time)s.") % {"time": moment(page.created_at)}


def why(page: Page) -> str:
    """`PR lead, on shift`"""
    role = Role.objects.filter(slug=page.why["role"]).first()
    return f"{role or page.why['role']}, {place_in_words(page.why)}"


def moment(at) -> str:
    """With the name of the zone, because a message may be read anywhere."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'SHORT_DATETIME_FORMAT')} {local.tzname()}"

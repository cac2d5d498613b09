"""The contexts of the inbox's templates: what `inbox.html` and its fragments may count on.

Every context has `filters` (Filters) and `person`. Beside them:

inbox.html           page (KeysetPage of rows), count, count_cap, views, channels, sees_all, levels, since; detail
                     and card are None where no mention is open
_rows.html           page: its rows, and the link "Load more" while there is a next page
_row.html            row (Triage of `inbox.as_rows`: also `excerpt` and `kin`), current (id of the open mention), oob
_new_count.html      new (NewCount, or None when the page is made), since (a time in ISO format, or empty)
_detail.html         detail (Detail), card (Card): root `#detail`, the whole pane of one mention
_decision_card.html  detail, card: root `#decision`, swapped alone while a person answers
_notice.html         triage, rev (that of the screen), decision (in force, or None): root `#notice`
_assignment.html     triage, rev: root `#assignment`
_replies.html        detail, reply_form, rev: root `#replies`, what we answered and the way to answer more
"""

from typing import Any

from django.http import HttpRequest

from monitoring.models import Channel
from monitoring.visible import visible_channel_ids
from playbooks.models import Level
from triage import inbox
from triage.card import Card
from triage.forms import ReplyForm
from triage.inbox import Filters


def inbox_screen(request: HttpRequest, filters: Filters, card: Card | None = None) -> dict[str, Any]:
    """The whole page; raises plumbing.keyset.BadCursor."""
    newest = inbox.newest_opening(request.user)
    return rows_screen(request, filters) | {
        "count": inbox.count(filters, request.user),
        "count_cap": inbox.COUNT_CAP,
        "views": inbox.VIEWS.items(),
        "channels": Channel.objects.visible_to(request.user).values_list("slug", "name"),
        "sees_all": visible_channel_ids(request.user) is None,
        "levels": Level.choices,
        "since": newest.isoformat() if newest else "",
        **(detail_screen(request, card) if card else {"detail": None, "card": None}),
    }


def rows_screen(request: HttpRequest, filters: Filters) -> dict[str, Any]:
    page = inbox.queue_page(filters, request.user, request.GET.get("cursor"))
    return {"filters": filters, "person": request.user, "page": page}


def detail_screen(request: HttpRequest, card: Card, reply_form: ReplyForm | None = None) -> dict[str, Any]:
    detail = card.detail
    return {
        "filters": card.filters,
        "person": request.user,
        "detail": detail,
        "card": card,
        "triage": detail.triage,
        "rev": card.rev,
        "current": detail.triage.pk,
        "decision": detail.decision,
        "reply_form": reply_form or ReplyForm(),
    }

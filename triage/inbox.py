"""Reads what the inbox shows: the queue in pages that cost the same however long it is, and one mention in full."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery
from django.db.models import Func, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Left
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from monitoring.models import Mention
from playbooks.models import Level
from playbooks.severity_rules import rank
from plumbing.keyset import KeysetPage, RowAfter, page
from plumbing.templatetags.outside_text import SUSPECT
from triage.models import Triage
from triage.promised import mark_rests

PAGE_SIZE = 50
COUNT_CAP = 500
KIN_CAP = 99
EXCERPT = 280
State = Triage.State

VIEWS: Mapping[str, Any] = {
    "all": _("All open"),
    "unassigned": _("Unassigned"),
    "mine": _("Mine"),
    "done": _("Done"),
}
OPEN_ORDER = ("rank", "due_at", "mention_id")
DONE_ORDER = ("decided_at", "mention_id")
FOUND_ORDER = ("mention__posted_at", "mention_id")
ROW_FIELDS = (
    "state", "disposition", "severity", "rank", "due_at", "rests", "opened_at", "decided_at", "rev",
    "suggestion__disposition", "suggestion__created_at",
    "mention__posted_at", "mention__received_at", "mention__deleted_at", "mention__story",
    "mention__author__display_name", "mention__author__handle", "mention__author__external_id",
    "mention__author__followers", "mention__author__kind", "mention__reading__language",
    "channel__name", "channel__slug", "channel__kind", "channel__unit",
    "assignee__username", "assignee__first_name", "assignee__last_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """Which part of the queue a person looks at; a search looks at everything, decided or not."""

    view: str = "all"
    q: str = ""
    channel: str = ""
    severity: str = ""

    @classmethod
    def of(cls, data: Mapping[str, str]) -> "Filters":
        """From the query of an address; what is unknown counts as not said."""
        view, severity = data.get("view", ""), data.get("severity", "")
        return cls(
            view if view in VIEWS else "all",
            SUSPECT.sub("", data.get("q", "")).strip()[:200],
            SUSPECT.sub("", data.get("channel", ""))[:50],
            severity if severity in Level.values else "",
        )

    @property
    def said(self) -> dict[str, str]:
        """What the address says; empty for the plain inbox."""
        said = {"view": "" if self.view == "all" else self.view, "q": self.q}
        said |= {"channel": self.channel, "severity": self.severity}
        return {name: value for name, value in said.items() if value}

    @property
    def query(self) -> str:
        return urlencode(self.said)

    def on(self, url: str) -> str:
        """The address within this view of the queue."""
        return f"{url}?{self.query}" if self.said else url

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.channel or self.severity)

    @property
    def title(self) -> Any:
        return VIEWS[self.view]


@dataclass(frozen=True, slots=True)
class NewCount:
    """What came into the queue since a page was made; both counts end at COUNT_CAP + 1."""

    count: int
    critical: int


def queue_page(filters: Filters, person: User, cursor: str | None = None, size: int = PAGE_SIZE) -> KeysetPage:
    """Rows as `_row.html` wants them. Raises plumbing.keyset.BadCursor."""
    rows = as_rows(matching(filters, person), person)
    order = FOUND_ORDER if filters.q else DONE_ORDER if filters.view == "done" else OPEN_ORDER
    found = page(rows, order, cursor, size, descending=order != OPEN_ORDER)
    mark_rests(found.rows)
    return found


def matching(filters: Filters, person: User) -> QuerySet[Triage]:
    among: Any = Triage.objects.all() if filters.q else in_view(filters.view, person)
    rows: QuerySet[Triage] = among.visible_to(person)
    if filters.q:
        rows = rows.filter(says(filters.q, "mention__search"))
    if filters.channel:
        rows = rows.filter(channel__slug=filters.channel)
    if filters.severity:  # by the rank, which the queue's indexes know
        rows = rows.filter(rank=rank(Level.L4) - rank(filters.severity))
    return rows


def in_view(view: str, person: User) -> QuerySet[Triage]:
    if view == "done":
        return Triage.objects.filter(state=State.DECIDED)
    rows = open_rows()
    if view == "unassigned":
        return rows.filter(assignee=None)
    return rows.filter(assignee=person) if view == "mine" else rows


def open_rows() -> QuerySet[Triage]:
    """What waits for a decision; what was deleted where it was posted no longer does."""
    return Triage.objects.filter(state=State.OPEN, mention__deleted_at=None)


def says(q: str, field: str) -> Q:
    """Full text, in English and in German, as a person types it: words, "a phrase", -without, or."""
    english, german = (SearchQuery(q, config=config, search_type="websearch") for config in ("english", "german"))
    return Q(**{field: english}) | Q(**{field: german})


def as_rows(rows: QuerySet[Triage], person: User) -> QuerySet[Triage]:
    """Loads what a row shows, not the whole text; `kin` counts what the person sees of the story, up to KIN_CAP + 1."""
    loaded = rows.select_related("suggestion", "mention__author", "mention__reading", "channel", "assignee")
    of_story = Mention.objects.visible_to(person).filter(story=OuterRef("mention__story"))
    kin = of_story.order_by("-posted_at").values("pk")[: KIN_CAP + 1]
    return (
        loaded.only(*ROW_FIELDS)
        .annotate(responsible_role=KeyTextTransform("role", "suggestion__responsible"))
        .annotate(
            excerpt=Left("mention__text", EXCERPT),
            kin=Func(ArraySubquery(kin), function="cardinality", output_field=IntegerField()),
            answered_by=answered_by(),
            priority=KeyTextTransform("priority", "suggestion__responsible"),
        )
    )


def answered_by() -> Subquery:
    """The name of the role that is responsible, in the reader's language; None where there is a gap."""
    name = "name_de" if (get_language() or "").startswith("de") else "name_en"
    return Subquery(Role.objects.filter(slug=OuterRef("responsible_role")).values(name)[:1])


def one_row(mention_id: int, person: User) -> Triage:
    row = as_rows(Triage.objects.visible_to(person), person).get(pk=mention_id)
    mark_rests([row])
    return row


def count(filters: Filters, person: User) -> int:
    """Rows of the view, counted no further than COUNT_CAP + 1."""
    return matching(filters, person).values("pk")[: COUNT_CAP + 1].count()


def newest_opening(person: User) -> datetime | None:
    """The moment up to which a page knows the queue."""
    rows = Triage.objects.visible_to(person).filter(state=State.OPEN)
    newest: datetime | None = rows.aggregate(newest=Max("opened_at"))["newest"]
    return newest


def new_since(since: datetime | None, filters: Filters, person: User) -> NewCount:
    rows = matching(filters, person).filter(state=State.OPEN)
    if since is not None:
        rows = rows.filter(opened_at__gt=since)
    ranks = list(rows.values_list("severity", flat=True)[: COUNT_CAP + 1])
    return NewCount(len(ranks), ranks.count(Level.L4))


def next_open(filters: Filters, person: User, after: Triage) -> Triage | None:
    """The open mention that follows this one in the view, else the first one."""
    rows = matching(Filters(filters.view, "", filters.channel, filters.severity), person).filter(state=State.OPEN)
    rows = rows.exclude(pk=after.pk).order_by(*OPEN_ORDER)
    return rows.filter(RowAfter(OPEN_ORDER, (after.rank, after.due_at, after.pk))).first() or rows.first()

"""Reads approved answers for the page that lists them."""

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, F, Q, QuerySet

from playbooks.models import KnowledgeEntry

MOST = 200


def entries(query: str = "") -> QuerySet[KnowledgeEntry]:
    """Those that wait for approval first; `query` in web style, in both languages."""
    rows = KnowledgeEntry.objects.select_related("topic", "owner", "author", "approved_by")
    if query.strip():
        english = SearchQuery(query, config="english", search_type="websearch")
        german = SearchQuery(query, config="german", search_type="websearch")
        rows = rows.filter(Q(search_en=english) | Q(search_de=german))
    called = Count("feedback", filter=Q(feedback__settled_at=None, feedback__isnull=False))
    return rows.annotate(called=called).order_by(F("approved_at").asc(nulls_first=True), "question_en")[:MOST]

"""The API of what comes in: hand us mentions, and see how the channels are doing."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_view import ApiView
from accounts.models import User
from accounts.scopes import Scope
from monitoring.api_examples import CHANNEL, INCOMING, RESULT
from monitoring.channels.validate import MISSING, Problem, id_of, parse_mention, storable
from monitoring.deliveries import take_in
from monitoring.health import ChannelHealth, channel_health
from monitoring.ingest import MOST_AT_ONCE, IngestResult, Status
from monitoring.models import Channel
from monitoring.shapes import ChannelShape, IncomingMentionsShape, IngestShape
from plumbing.newest_first import ByPosition, ListQuery
from plumbing.problem import Problem as Refusal
from plumbing.shapes import example, one_page, page_of, sent

UNKNOWN_CHANNEL = gettext_noop("There is no such channel.")


class MentionIngest(ApiView):
    """`POST /api/v1/mentions/`: one mention or a list, stored before the answer, answered in the order sent."""

    permission_by_method = {"POST": "monitoring.add_mention"}
    scope_by_method = {"POST": Scope.MENTIONS_WRITE}
    rate_by_method = {"POST": "ingest"}

    @extend_schema(
        operation_id="hand_in",
        summary=_("Hand in mentions"),
        description=_(
            "One mention or a list of up to 1,000, stored before the answer. Each is answered in the order sent: what "
            "is wrong with one harms no other, so read every `status`. Sending the same again is safe."
        ),
        tags=["mentions"],
        request=IncomingMentionsShape,
        responses={200: IngestShape},
        examples=[
            sent("mention", INCOMING),
            example("result", {"results": [RESULT]}),
        ],
    )
    def post(self, request: Request) -> Response:
        if not isinstance(request.data, list | dict):
            raise Refusal(400, gettext("Send one mention or a list of mentions."))
        items = request.data if isinstance(request.data, list) else [request.data]
        if len(items) > MOST_AT_ONCE:
            raise Refusal(413, gettext("At most %d mentions at once.") % MOST_AT_ONCE)
        return Response({"results": [result_as_json(result) for result in take_in_all(items, request.user)]})


class Channels(ApiView):
    """`GET /api/v1/channels/`: every channel and its health over the last 24 hours."""

    permission_by_method = {"GET": "monitoring.view_channel"}
    query = ListQuery

    @extend_schema(
        operation_id="list_channels",
        summary=_("Channels and how they are"),
        description=_("Every channel by its short name; counts cover the last 24 hours."),
        tags=["channels"],
        responses={200: page_of(ChannelShape)},
        examples=[example("page", one_page(CHANNEL))],
    )
    def get(self, request: Request) -> Response:
        pages = ByName()
        rows = pages.paginate_queryset(Channel.objects.visible_to(request.user), request, view=self)
        health = channel_health(timezone.now(), rows)
        return pages.get_paginated_response([channel_as_json(row) for row in health])


class ByName(ByPosition):
    page_size = 100
    ordering = "slug"


def take_in_all(items: Sequence[Any], person: User) -> list[IngestResult]:
    """Stores mentions for any number of channels that this person sees, one delivery for each channel."""
    slugs = [item.get("channel") if isinstance(item, dict) else None for item in items]
    named = {storable(slug) for slug in slugs if isinstance(slug, str)}
    known = {row.slug: row for row in Channel.objects.visible_to(person).filter(slug__in=named).only("slug")}
    places: dict[str, list[int]] = defaultdict(list)
    results: dict[int, IngestResult] = {}
    for place, slug in enumerate(slugs):
        if isinstance(slug, str) and slug in known:
            places[slug].append(place)
        else:
            results[place] = _without_channel(items[place], slug)
    for slug in sorted(places):
        raw = [items[place] for place in places[slug]]
        stored = take_in(known[slug], "api", raw, [parse_mention(item) for item in raw])
        results |= dict(zip(places[slug], stored, strict=True))
    return [results[place] for place in range(len(items))]


def _without_channel(item: Any, slug: Any) -> IngestResult:
    """Nobody's delivery: refused with all that is wrong with it."""
    problems = (Problem("channel", MISSING if slug in (None, "") else UNKNOWN_CHANNEL),)
    looked = parse_mention(item)
    further = tuple(looked) if isinstance(looked, list) else ()
    if not isinstance(item, dict):
        return IngestResult("", Status.REJECTED, None, further)
    return IngestResult(id_of(item), Status.REJECTED, None, problems + further)


def result_as_json(result: IngestResult) -> dict[str, Any]:
    return {
        "external_id": result.external_id,
        "status": result.status.value,
        "id": result.mention_id,
        "errors": [{"field": problem.field, "reason": gettext(problem.reason)} for problem in result.errors],
    }


def channel_as_json(health: ChannelHealth) -> dict[str, Any]:
    channel, counts = health.channel, health.counts
    return {
        "slug": channel.slug,
        "kind": channel.kind,
        "name": channel.name,
        "state": channel.state,
        "last_success_at": channel.last_success_at,
        "lag_seconds": None if health.lag is None else int(health.lag.total_seconds()),
        "gap": channel.gap_since is not None,
        "error": channel.error_in_words(),
        "counts": {
            "received": counts.received,
            "stored": counts.created,
            "updated": counts.updated,
            "duplicate": counts.duplicates,
            "deleted": counts.deleted,
            "rejected": counts.rejected,
        },
    }

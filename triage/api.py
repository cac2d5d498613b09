"""The API of mentions: read them, decide, reply. Each call parses, calls one verb and shows the result."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from accounts.api_view import ApiView
from accounts.models import User
from accounts.scopes import Scope
from monitoring.api import MentionIngest
from monitoring.models import Mention
from plumbing.newest_first import NewestFirst
from plumbing.problem import Problem
from plumbing.problems import invalid
from plumbing.shapes import ProblemShape, example, one_page, page_of, sent
from triage.api_examples import DECISION, DECISION_BODY, MENTION, OUTBOUND_POST, REPLY_BODY
from triage.as_json import decision_as_json, mentions_as_json, reply_as_json
from triage.conflict import Conflict
from triage.decide import record_decision
from triage.inbox import says
from triage.models import Decision, Triage
from triage.refusal import Refused
from triage.reply import keep_reply
from triage.serializers import DecisionBody, MentionFilters, ReplyBody
from triage.shapes import ConflictShape, DecisionShape, MentionShape, OutboundPostShape

TOO_LATE = gettext_lazy("Somebody was faster, or there is no suggestion yet: `rev` is not the current one.")
LACKING = OpenApiResponse(
    ProblemShape, gettext_lazy("Something is missing or wrong; `errors` names all of it at once.")
)


class Mentions(MentionIngest):
    """`GET /api/v1/mentions/`: newest first, filtered by what MentionFilters names. POST takes mentions in."""

    permission_by_method = MentionIngest.permission_by_method | {"GET": "triage.view_triage"}
    scope_by_method = MentionIngest.scope_by_method | {"GET": Scope.READ}
    query = MentionFilters

    @extend_schema(
        operation_id="list_mentions",
        summary=gettext_lazy("Mentions, the newest first"),
        description=gettext_lazy(
            "Fifty a page. Filters narrow together; `q` is a full-text search in English and German."
        ),
        tags=["mentions"],
        responses={200: page_of(MentionShape)},
        examples=[example("page", one_page(MENTION))],
    )
    def get(self, request: Request) -> Response:
        pages = NewestFirst()
        rows = pages.paginate_queryset(narrowed(self.asked, request.user), request, view=self)
        return pages.get_paginated_response(mentions_as_json(rows))


class OneMention(ApiView):
    """`GET /api/v1/mentions/{id}/`."""

    permission_by_method = {"GET": "triage.view_triage"}

    @extend_schema(
        operation_id="read_mention",
        summary=gettext_lazy("One mention"),
        description=gettext_lazy("With what was read in it, what is suggested and why, and the decision in force."),
        tags=["mentions"],
        responses={200: MentionShape},
        examples=[example("mention", MENTION)],
    )
    def get(self, request: Request, mention_id: int) -> Response:
        return Response(mentions_as_json([found(mention_id, request.user)])[0])


class Decide(ApiView):
    """`POST /api/v1/mentions/{id}/decision/`: 201; 422 names every lack; 409 brings the winner's decision."""

    permission_by_method = {"POST": "triage.add_decision"}
    scope_by_method = {"POST": Scope.TRIAGE_WRITE}

    @extend_schema(
        operation_id="decide",
        summary=gettext_lazy("Decide a mention"),
        description=gettext_lazy(
            "`disposition` and `rev` are always needed. Answer the risks of `to_confirm`; leaving the suggestion, or a "
            "risk unanswered, needs a reason. To escalate opens the escalation in the same step."
        ),
        tags=["mentions"],
        request=DecisionBody,
        responses={201: DecisionShape, 409: OpenApiResponse(ConflictShape, TOO_LATE), 422: LACKING},
        examples=[sent("decision", DECISION_BODY), example("decided", DECISION, "201")],
    )
    def post(self, request: Request, mention_id: int) -> Response:
        guard(mention_id, request.user)
        body = parsed(DecisionBody(data=request.data))
        try:
            decision = record_decision(mention_id, by=request.user, via=Decision.Via.API, **body)
        except Triage.DoesNotExist as error:
            raise not_yet(mention_id, request.user) from error
        except Conflict as conflict:
            raise outdated(conflict) from conflict
        except Refused as refused:
            raise lacking(refused) from refused
        return Response(decision_as_json(decision), status=201)


class AddReply(ApiView):
    """`POST /api/v1/mentions/{id}/reply/`: 201 with the outbound post, which goes out by the channel where it can."""

    permission_by_method = {"POST": "triage.add_reply"}
    scope_by_method = {"POST": Scope.TRIAGE_WRITE}

    @extend_schema(
        operation_id="reply",
        summary=gettext_lazy("Reply to a mention"),
        description=gettext_lazy(
            "The text goes out by the mention's channel at `sends_at`, ten seconds later; until then the console can "
            "take it back. Where the channel cannot post, `state` is `by_hand`: somebody copies it to where it belongs."
            " A text with a gap that the template left open is 422."
        ),
        tags=["mentions"],
        request=ReplyBody,
        responses={201: OutboundPostShape, 409: OpenApiResponse(ConflictShape, TOO_LATE), 422: LACKING},
        examples=[sent("reply", REPLY_BODY), example("post", OUTBOUND_POST, "201")],
    )
    def post(self, request: Request, mention_id: int) -> Response:
        guard(mention_id, request.user)
        body = parsed(ReplyBody(data=request.data))
        try:
            reply = keep_reply(mention_id, by=request.user, **body)
        except Triage.DoesNotExist as error:
            raise not_yet(mention_id, request.user) from error
        except Conflict as conflict:
            raise outdated(conflict) from conflict
        except Refused as refused:
            raise lacking(refused) from refused
        return Response(reply_as_json(reply), status=201)


def narrowed(asked: Mapping[str, Any], person: User) -> QuerySet[Mention]:
    rows = loaded(person)
    direct = {"state": "triage__state", "channel": "channel__slug", "story": "story", "since": "received_at__gte"}
    rows = rows.filter(**{field: asked[name] for name, field in direct.items() if name in asked})
    if "disposition" in asked:
        rows = rows.filter(triage__state=Triage.State.DECIDED, triage__disposition=asked["disposition"])
    if "assignee" in asked:
        rows = of_assignee(rows, asked["assignee"])
    return rows.filter(says(asked["q"], "search")) if "q" in asked else rows


def of_assignee(rows: QuerySet[Mention], username: str) -> QuerySet[Mention]:
    """The person is looked up first, so that the index on their rows is found."""
    if username == "none":
        return rows.filter(triage__isnull=False, triage__assignee=None)
    person = User.objects.filter(username=username).first()
    return rows.filter(triage__assignee=person) if person else rows.none()


def loaded(person: User) -> QuerySet[Mention]:
    rows = Mention.objects.visible_to(person).select_related(
        "channel", "author", "conversation", "reading", "triage__suggestion", "triage__assignee"
    )
    return rows.defer("search")


def guard(mention_id: int, person: User) -> None:
    """A mention of another unit is none."""
    if Mention.objects.keeps_from(person, mention_id):
        raise Http404


def found(mention_id: int, person: User) -> Mention:
    row: Mention | None = loaded(person).filter(pk=mention_id).first()
    if row is None:
        raise Http404
    return row


def parsed(serializer: Serializer) -> dict[str, Any]:
    """What was asked for; null is the same as nothing said. Raises Problem."""
    if not serializer.is_valid():
        raise invalid(serializer.errors, 422)
    return {name: value for name, value in serializer.validated_data.items() if value is not None}


def not_yet(mention_id: int, person: User) -> Exception:
    """A mention without a suggestion cannot be decided yet; it has one within seconds."""
    found(mention_id, person)
    return Problem(409, _("The mention has no suggestion yet. Try again in a moment."), decision=None, rev=0)


def outdated(conflict: Conflict) -> Problem:
    decision = decision_as_json(conflict.winner) if conflict.winner else None
    return Problem(409, str(conflict), decision=decision, rev=conflict.triage.rev)


def lacking(refused: Refused) -> Problem:
    errors = [{"field": lack.field, "reason": lack.reason} for lack in refused.lacks]
    return Problem(422, _("This cannot be recorded."), errors)

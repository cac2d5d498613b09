"""Escalations over HTTP, as docs and clients rely on them: list, read, acknowledge, resolve, cancel."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_auth import HasScope
from accounts.api_view import ApiView
from accounts.scopes import Scope
from crisis import escalate, rights
from crisis.api_examples import ESCALATION
from crisis.models import Acknowledgement, DeliveryAttempt, Escalation, Notification, Page
from crisis.serializers import EscalationFilters
from crisis.shapes import EscalationShape
from plumbing.newest_first import NewestFirst
from plumbing.shapes import example, one_page, page_of


class EscalationList(ApiView):
    """`GET /api/v1/escalations/`: the newest first, filtered by what EscalationFilters names."""

    permission_by_method = {"GET": rights.VIEW}
    query = EscalationFilters

    @extend_schema(
        operation_id="list_escalations",
        summary=_("Escalations, the newest first"),
        tags=["escalations"],
        responses={200: page_of(EscalationShape)},
        examples=[example("page", one_page(ESCALATION))],
    )
    def get(self, request: Request) -> Response:
        pages = NewestFirst()
        rows = complete().visible_to(request.user).filter(**conditions(self.asked))
        rows = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response([as_json(escalation) for escalation in rows])


class OneEscalation(ApiView):
    """`GET /api/v1/escalations/{id}/`."""

    permission_by_method = {"GET": rights.VIEW}

    @extend_schema(
        operation_id="read_escalation",
        summary=_("One escalation"),
        description=_("Whom it called and why, by which way, and what became of every attempt."),
        tags=["escalations"],
        responses={200: EscalationShape},
        examples=[example("escalation", ESCALATION)],
    )
    def get(self, request: Request, escalation_id: int) -> Response:
        return Response(as_json(found(complete().visible_to(request.user), escalation_id)))


def acts(operation_id: str, summary: Promise, description: Promise) -> Callable:
    """Describes a call that changes an escalation and answers with it."""
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        description=format_lazy("{} {}", description, _("Repeating it is 200 and changes nothing.")),
        tags=["escalations"],
        request=None,
        responses={200: EscalationShape},
        examples=[example("escalation", ESCALATION)],
    )


class Act(ApiView):
    """What somebody does to an escalation: for those with the right and those it concerns, which the verb decides."""

    permission_classes = [HasScope, IsAuthenticated]
    scope_by_method = {"POST": Scope.ESCALATIONS_WRITE}


class Acknowledge(Act):
    @acts(
        "acknowledge",
        _("Acknowledge an escalation"),
        _("Stops the calls. Whoever was called may, whatever their rights."),
    )
    def post(self, request: Request, escalation_id: int) -> Response:
        return said(lambda: escalate.acknowledge(escalation_id, request.user, Acknowledgement.Via.API))


class Resolve(Act):
    @acts(
        "resolve",
        _("Resolve an escalation"),
        _("For whoever has it, and with the right."),
    )
    def post(self, request: Request, escalation_id: int) -> Response:
        return said(lambda: escalate.resolve(escalation_id, request.user))


class Cancel(Act):
    @acts(
        "cancel",
        _("Cancel an escalation"),
        _("For whoever opened it, and with the right; those it called are told to stand down."),
    )
    def post(self, request: Request, escalation_id: int) -> Response:
        return said(lambda: escalate.cancel(escalation_id, request.user))


def said(act: Callable[[], Escalation]) -> Response:
    try:
        return Response(as_json(found(complete(), act().pk)))
    except Escalation.DoesNotExist as error:
        raise Http404 from error


def conditions(asked: Mapping[str, Any]) -> dict[str, Any]:
    chosen = {"state": asked["state"]} if "state" in asked else {}
    if "subject" in asked:
        kind, colon, number = asked["subject"].partition(":")
        chosen |= {"subject_kind": kind} | ({"subject_id": int(number)} if colon else {})
    return chosen


def found(rows: QuerySet[Escalation], escalation_id: int) -> Escalation:
    try:
        return rows.get(pk=escalation_id)
    except Escalation.DoesNotExist as error:
        raise Http404 from error


def complete():
    """Escalations with all that their JSON names, in six queries however many."""
    pages = Page.objects.select_related("person").prefetch_related("acknowledgements")
    attempts = Prefetch("attempts", DeliveryAttempt.objects.order_by("id"))
    notifications = Notification.objects.select_related("contact_method").prefetch_related(attempts)
    return Escalation.objects.prefetch_related(Prefetch("pages", pages), Prefetch("notifications", notifications))


def as_json(escalation: Escalation) -> dict[str, Any]:
    return {
        "id": escalation.pk,
        "rev": escalation.rev,
        "state": escalation.state,
        "severity": escalation.severity,
        "title": escalation.headline,
        "is_drill": escalation.is_drill,
        "subject": {"kind": escalation.subject_kind, "id": escalation.subject_id},
        "mention": escalation.mention_id,
        "policy": {"name": escalation.policy.get("name", ""), "steps": escalation.policy.get("steps", [])},
        "generation": escalation.generation,
        "step": escalation.step,
        "round": escalation.round,
        "step_due_at": escalation.step_due_at,
        "opened_at": escalation.opened_at,
        "closed_at": escalation.closed_at,
        "pages": [page_as_json(page) for page in escalation.pages.all()],
        "notifications": [notification_as_json(row) for row in escalation.notifications.all()],
    }


def page_as_json(page: Page) -> dict[str, Any]:
    return {
        "id": page.pk,
        "person": page.person.username,
        "why": f"{page.why['role']}, {page.why['who'].replace('_', ' ')}",
        "created_at": page.created_at,
        "acknowledged_at": min((row.at for row in page.acknowledgements.all()), default=None),
    }


def notification_as_json(notification: Notification) -> dict[str, Any]:
    return {
        "id": notification.pk,
        "kind": notification.kind,
        "page": notification.page_id,
        "method": notification.contact_method.kind,
        "state": notification.state,
        "attempts": [
            {"at": attempt.started_at, "outcome": attempt.outcome, "code": attempt.code}
            for attempt in notification.attempts.all()
        ],
    }
